// What a page without manypose loads.
export default function Page() {
  return <p>Nobody</p>;
}

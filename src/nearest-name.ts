/** ` (did you mean 'x'?)` of the known name that begins most like another, to go into a message; nothing if none does. */
export function didYouMean(name: string, known: readonly string[]): string {
  const [nearest] = [...known].sort((a, b) => sameLetters(name, b) - sameLetters(name, a));
  return sameLetters(name, nearest) > 1 ? ` (did you mean '${nearest}'?)` : '';
}

/** How many letters two names begin with alike, capitals or not. */
function sameLetters(a: string, b: string): number {
  let count = 0;
  while (count < b.length && a[count]?.toLowerCase() === b[count].toLowerCase()) count++;
  return count;
}

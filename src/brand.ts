/**
 * The platform's class of a value, by name: `HTMLVideoElement`, `Uint8Array`. Of whichever realm: in an iframe, a
 * `vm` context or under Jest, `instanceof` knows neither images nor arrays of the others.
 */
export function brandOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'Object'; // a revoked proxy
  }
}

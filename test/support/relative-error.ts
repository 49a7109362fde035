/** Largest difference relative to the largest expected value; NaN if lengths differ or a value is NaN. */
export function relativeError(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (values.length !== expected.length) return Number.NaN;
  let largest = 0;
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    error = Math.max(error, Math.abs(values[i] - expected[i])); // stays NaN
  }
  return error / largest;
}

/** Whether millions of numbers are all finite: what is infinite, or no number, less itself is not 0. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
  return sum === 0;
}

/**
 * IEEE 754 binary16, which engines do not have everywhere yet (Float16Array is recent). Numbers are
 * handled as their bits in Uint16Array.
 */

const word = new Float32Array(1);
const wordBits = new Uint32Array(word.buffer);

let decodeTable: Float32Array | undefined;

/** The float32 value of every one of the 65,536 half-precision bit patterns, by pattern. */
function halfValues(): Float32Array {
  if (decodeTable) return decodeTable;
  const table = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x10000; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent < 31) table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
    else table[bits] = fraction ? NaN : sign * Infinity;
  }
  return (decodeTable = table);
}

/** Half-precision bits to float32, exactly. */
export function decodeFloat16(halves: Uint16Array): Float32Array {
  const table = halfValues();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i]];
  return values;
}

/**
 * The nearest half-precision number's bits, ties to even, as IEEE 754 rounds. Beyond ±65504 (from
 * 65520 on) that is an infinity: callers who must not have one look for it (isFiniteFloat16).
 */
export function float16Bits(value: number): number {
  word[0] = value;
  const bits = wordBits[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to more than the largest half
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent from 127 to 15; a carry out of the fraction goes into the exponent.
    const rebiased = magnitude - 0x38000000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  if (magnitude <= 0x33000000) return sign; // up to half of the smallest subnormal: a tie goes to even, 0
  // Subnormal: units of 2^-24, so the fraction with its hidden bit is shifted by what the exponent lacks.
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  const half = 1 << (shift - 1);
  return sign | ((fraction + half - 1 + ((fraction >>> shift) & 1)) >>> shift);
}

/** Float32 to half-precision bits, rounded to nearest even. */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = float16Bits(values[i]);
  return halves;
}

/** Whether these bits are neither an infinity nor a NaN. */
export function isFiniteFloat16(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00;
}

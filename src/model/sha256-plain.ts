/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, about a tenth as fast as the platform's: for pages without https, which are
 * not given that. Those have no WebGPU either, so that a page on WebGPU never loads this.
 */
export function sha256Plain(bytes: Uint8Array): Uint8Array {
  const state = initialState();
  const whole = bytes.length - (bytes.length % 64);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < whole; at += 64) compress(state, schedule, bytes, at);

  // What is left, a 1 bit, zeros, and the length in bits as 64-bit big-endian number.
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(tail.length - 4, bytes.length * 8);
  for (let at = 0; at < tail.length; at += 64) compress(state, schedule, tail, at);

  const digest = new Uint8Array(32);
  const words = new DataView(digest.buffer);
  state.forEach((word, i) => words.setUint32(4 * i, word));
  return digest;
}

function rotate(word: number, count: number): number {
  return (word >>> count) | (word << (32 - count));
}

function compress(state: Uint32Array, schedule: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + 4 * i;
    schedule[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  }
  for (let i = 16; i < 64; i++) {
    const early = schedule[i - 15];
    const late = schedule[i - 2];
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + ROUND_CONSTANTS[i] + schedule[i]) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (s0 + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
}

/** The first 32 bits of the fractional part of a number. */
function fractionBits(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  return primes;
}

/** Square roots of the first 8 primes. */
function initialState(): Uint32Array {
  return Uint32Array.from(firstPrimes(8), (prime) => fractionBits(Math.sqrt(prime)));
}

/** Cube roots of the first 64 primes. */
const ROUND_CONSTANTS = Uint32Array.from(firstPrimes(64), (prime) => fractionBits(Math.cbrt(prime)));

import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16, float16Bits, isFiniteFloat16 } from '../../src/model/float16.ts';

const everyHalf = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const isNaNHalf = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;

describe('half precision', () => {
  it('reads known numbers', () => {
    const known = {
      0x3c00: 1,
      0xc000: -2,
      0x7bff: 65504,
      0x0400: 2 ** -14,
      0x0001: 2 ** -24,
      0x7c00: Infinity,
      0x3555: 0.333251953125,
    };
    for (const [bits, value] of Object.entries(known)) {
      expect(decodeFloat16(Uint16Array.of(Number(bits)))[0]).toBe(value);
    }
    expect(Object.is(decodeFloat16(Uint16Array.of(0x8000))[0], -0)).toBe(true);
    expect(decodeFloat16(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });

  it('writes every half as the one it was', () => {
    const again = encodeFloat16(decodeFloat16(everyHalf));
    everyHalf.forEach((bits) => {
      if (!isNaNHalf(bits)) expect(again[bits]).toBe(bits);
    });
    expect(isNaNHalf(float16Bits(NaN))).toBe(true);
  });

  it('rounds to the nearest, and ties to even, between any two neighbours', () => {
    const values = decodeFloat16(everyHalf);
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (values[bits] + values[bits + 1]) / 2; // exact in float32
      const nudge = middle * 2 ** -22;
      const even = bits % 2 ? bits + 1 : bits;
      if (float16Bits(middle) !== even || float16Bits(-middle) !== (even | 0x8000)) expect.fail(`tie at ${middle}`);
      if (float16Bits(middle - nudge) !== bits) expect.fail(`below ${middle}`);
      if (float16Bits(middle + nudge) !== bits + 1) expect.fail(`above ${middle}`);
    }
  });

  it('overflows from 65520 on, and not before', () => {
    expect(float16Bits(65519.996)).toBe(0x7bff);
    expect(float16Bits(65520)).toBe(0x7c00);
    expect(float16Bits(-1e30)).toBe(0xfc00);
    expect([0x7bff, 0x7c00, 0xfc00, 0x7e00].map(isFiniteFloat16)).toEqual([true, false, false, false]);
    expect(float16Bits(1e-30)).toBe(0);
  });
});

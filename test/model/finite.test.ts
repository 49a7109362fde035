import { expect, it } from 'vitest';
import { allFinite } from '../../src/model/finite.ts';

it('tells whether all numbers are finite', () => {
  expect(allFinite(new Float32Array())).toBe(true);
  expect(allFinite(Float32Array.of(0, -0, 1e-45, 3.4e38, -3.4e38, 3.4e38))).toBe(true);
  for (const bad of [NaN, Infinity, -Infinity]) expect(allFinite(Float32Array.of(1, bad, 2)), String(bad)).toBe(false);
});

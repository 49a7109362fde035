import type { Expected } from '../check-options.ts';
import { having } from '../check-options.ts';

/** What may be drawn on. */
export const CONTEXT = having('a 2D context', 'beginPath', 'lineTo', 'stroke');

/** Colours of people. */
export const COLORS: Expected = {
  words: 'a list of at least one colour',
  is: (value) => Array.isArray(value) && value.length > 0 && value.every((color) => typeof color === 'string'),
};

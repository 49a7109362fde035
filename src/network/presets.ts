import type { ModelDescriptor, Preset, Quality } from './descriptor.ts';

/** What a model does for a quality. One that says nothing: what it was made for, and the flip test for the best. */
export function presetOf(
  { presets, inputSize }: ModelDescriptor,
  quality: Quality = 'balanced',
): Preset & { readonly inputSize: number } {
  return { inputSize, ...(presets?.[quality] ?? { flip: quality === 'best' }) };
}

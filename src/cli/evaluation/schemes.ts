import { ManyposeError } from '../../errors.ts';
import { fitInput } from '../../geometry.ts';
import type { ModelDescriptor, Quality } from '../../network/descriptor.ts';
import { QUALITIES } from '../../network/descriptor.ts';
import type { Network } from '../../network/network.ts';
import { presetOf } from '../../network/presets.ts';
import { readEstimation } from '../../options.ts';
import { passesOf } from '../../runtime/passes.ts';
import type { Scheme } from './looks.ts';
import { costOf } from './looks.ts';

/** A photo of the usual shape, to tell in advance what a scheme costs. */
const USUAL_PHOTO = { width: 640, height: 480 };

/** The paper's: one scale, and two ways to average several. */
export const USUAL_SCALES = ['1', '0.5,1', '0.5,1,2'];

/** What the command line says of a scheme; the preset, 'balanced' if left out, says the rest. */
export interface SchemeChoice {
  readonly preset?: string;
  readonly size?: string;
  readonly scales?: readonly number[];
  readonly flip?: boolean;
}

/** @throws ManyposeError `invalid-argument`. */
export function schemeFor(model: ModelDescriptor, { preset, size, scales, flip }: SchemeChoice): Scheme {
  const quality = preset as Quality | undefined;
  readEstimation({ quality, scales, inputSize: size === undefined ? undefined : Number(size) });
  const own = presetOf(model, quality);
  return {
    inputSize: size === undefined ? own.inputSize : Number(size),
    scales: scales ?? own.scales ?? [1],
    flip: flip ?? own.flip ?? false,
  };
}

/** Names of the presets that are a scheme. */
export function presetsThatAre(scheme: Scheme, model: ModelDescriptor): Quality[] {
  return QUALITIES.filter((quality) => schemeName(schemeFor(model, { preset: quality })) === schemeName(scheme));
}

/** Sizes, scales and flip in all combinations. */
export function schemesOf(sizes: readonly number[], scales: readonly (readonly number[])[], flips: readonly boolean[]): Scheme[] {
  return sizes.flatMap((inputSize) =>
    scales.flatMap((each) => flips.map((flip): Scheme => ({ inputSize, scales: [...each].sort((a, b) => a - b), flip }))),
  );
}

/** In words, without the size: `one scale`, `scales 0.5,1, flip`. */
export function schemeTitle(scales: string, flip: boolean): string {
  return `${scales === '1' ? 'one scale' : `scales ${scales}`}${flip ? ', flip' : ''}`;
}

/** In a file's name: `384`, `256-scales-0.5-1-flip`. */
export function schemeName({ inputSize, scales, flip }: Scheme): string {
  const several = scales.length > 1 ? `-scales-${scales.join('-')}` : '';
  return `${inputSize}${several}${flip ? '-flip' : ''}`;
}

/** Multiply-adds of a scheme for a photo of 4:3. */
export function usualCost(scheme: Scheme, network: Network): number {
  const { width, height } = USUAL_PHOTO;
  return costOf(passesOf(fitInput(width, height, scheme.inputSize), network, scheme), network);
}

/**
 * A list of sizes as the command line gives it.
 *
 * @throws ManyposeError `invalid-argument`.
 */
export function sizesOf(list: string): number[] {
  const sizes = list.split(',').map(Number);
  for (const inputSize of sizes) readEstimation({ inputSize });
  if (new Set(sizes).size < sizes.length) throw new ManyposeError('invalid-argument', `a size twice: ${list}`);
  return sizes;
}

/** Scales as the command line gives them. @throws ManyposeError `invalid-argument`. */
export function scalesOf(list: string): number[] {
  const scales = list.split(',').map(Number);
  readEstimation({ scales });
  return scales;
}

import { ManyposeError } from '../errors.ts';
import type { InputGeometry } from '../geometry.ts';
import { COARSEST_STRIDE, isSide, LONGEST_SIDE, scaledInput } from '../geometry.ts';
import type { Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import { MIRROR_SHIFT, MIRROR_SHIFT_2X } from '../ops/frame-sampling.ts';

/** One run of the network for a frame. */
export interface Pass {
  readonly geometry: InputGeometry;
  /** Size of its input, relative to that of the pass of scale 1. */
  readonly scale: number;
  /** The flip test's second pass: the first one's input mirrored. */
  readonly mirrored: boolean;
  /** Pixels that a mirrored input is shifted left by, so that mirrored maps line up: 3 for maps of stride 4, if left out. */
  readonly shift?: number;
}

/**
 * The passes of a frame.
 *
 * @param geometry of scale 1.
 * @param options.scales distinct and with 1; scale 1 alone if left out.
 * @throws ManyposeError `invalid-argument` that names a scale whose maps do not fit those of scale 1.
 */
export function passesOf(
  geometry: InputGeometry,
  network: Pick<Network, 'outputs'>,
  { flip = false, scales = [1] }: { flip?: boolean; scales?: readonly number[] },
): Pass[] {
  const strides = outputMaps(network).map(({ stride }) => stride);
  return scales.flatMap((scale) => {
    const scaled = scaledInput(geometry, scale);
    const { width, height } = scaled;
    const fits =
      strides.every((stride) => Number.isInteger(stride / scale)) &&
      [width, height].every((side) => isSide(side) && side <= LONGEST_SIDE);
    if (!fits) {
      throw new ManyposeError(
        'invalid-argument',
        `scale ${scale} of a ${geometry.width}×${geometry.height} input does not fit: its sides, ${width}×${height}, must be multiples of ` +
          `${COARSEST_STRIDE} up to ${LONGEST_SIDE}, its maps' strides (${strides.join(', ')}) multiples of the scale`,
      );
    }
    const plain: Pass = { geometry: scaled, scale, mirrored: false };
    if (!flip) return [plain];
    const mirrored: Pass = { ...plain, mirrored: true, shift: MIRROR_SHIFT };
    return network.outputs.heatmaps2x ? [plain, mirrored, { ...mirrored, shift: MIRROR_SHIFT_2X }] : [plain, mirrored];
  });
}

/** What a frame is run through at one scale: as it is and, for the flip test, mirrored too. */
export interface ScalePasses {
  readonly scale: number;
  readonly plain: Pass;
  readonly mirrored?: Pass;
  /** Of networks with finer heatmaps too: the one that those are taken from. */
  readonly mirrored2x?: Pass;
}

/** The passes of each scale, in the order in which scales come first. */
export function passesByScale(passes: readonly Pass[]): ScalePasses[] {
  return passes
    .filter(({ mirrored }) => !mirrored)
    .map((plain): ScalePasses => {
      const [mirrored, mirrored2x] = passes.filter((pass) => pass.mirrored && pass.scale === plain.scale);
      return { scale: plain.scale, plain, mirrored, mirrored2x };
    });
}

/** The input whose pixels are the unit of positions: that of scale 1. */
export function referenceGeometry(passes: readonly Pass[]): InputGeometry {
  return passes.find(({ scale }) => scale === 1)!.geometry;
}

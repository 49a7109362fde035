import { ManyposeError } from '../errors.ts';

/** A feature map in C order. */
export interface Planes {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** [channels, height, width]. */
  readonly values: Float32Array;
}

/** An input of an operation that joins maps, and how often its cells are repeated or subdivided per side. */
export interface ScaledPlanes {
  readonly planes: Planes;
  readonly factor: number;
}

/**
 * How many input pixels a map cell spans.
 *
 * @throws ManyposeError `invalid-argument` unless it is the same whole number for rows and columns.
 */
export function upsamplingRatio(mapWidth: number, mapHeight: number, inputWidth: number, inputHeight: number): number {
  const ratio = inputWidth / mapWidth;
  if (!Number.isInteger(ratio) || ratio < 1 || ratio * mapHeight !== inputHeight) {
    throw new ManyposeError(
      'invalid-argument',
      `a ${mapWidth}×${mapHeight} map does not fit a ${inputWidth}×${inputHeight} input by a whole ratio`,
    );
  }
  return ratio;
}

/**
 * Brings maps to one size: that of the widest, of which the others are whole fractions.
 *
 * @throws ManyposeError `invalid-argument` without inputs, if sizes do not fit, or for values of the wrong length.
 */
export function scaledToWidest(inputs: readonly Planes[]): { width: number; height: number; scaled: ScaledPlanes[] } {
  if (inputs.length === 0) throw new ManyposeError('invalid-argument', 'expected at least one map');
  for (const { channels, width, height, values } of inputs) {
    if (values.length === channels * width * height) continue;
    throw new ManyposeError(
      'invalid-argument',
      `expected ${channels * width * height} values of ${channels}×${height}×${width}, got ${values.length}`,
    );
  }
  const { width, height } = inputs.reduce((widest, input) => (input.width > widest.width ? input : widest));
  const scaled = inputs.map((planes) => ({ planes, factor: upsamplingRatio(planes.width, planes.height, width, height) }));
  return { width, height, scaled };
}

/** @throws ManyposeError `invalid-argument` if the maps differ in their channel count. */
export function commonChannels(inputs: readonly Planes[]): number {
  const [{ channels }] = inputs;
  const other = inputs.find((input) => input.channels !== channels);
  if (other) throw new ManyposeError('invalid-argument', `expected ${channels} channels, got ${other.channels}`);
  return channels;
}

import { TAPS } from '../ops/sampling.ts';

/** What is sampled. */
export interface SampledShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dilation: number;
}

/** Tap t's place in the window: (t / 3 - 1, t % 3 - 1). */
export const tapOffset = (tap: number): [gy: number, gx: number] => [Math.floor(tap / 3) - 1, (tap % 3) - 1];

/**
 * What the nine taps of an adaptive convolution read (src/ops/adaptive-conv.ts), for every cell.
 *
 * @param x [B, H, W, C].
 * @param transforms [B, H, W, 4].
 * @returns [B · H · W, 9, C].
 */
export function sampleColumns(x: Float32Array, transforms: Float32Array, shape: SampledShape): Float32Array {
  const { channels } = shape;
  const columns = new Float32Array(TAPS * x.length);
  eachCorner(transforms, shape, (place, cell, share) => {
    const to = place * channels;
    const from = cell * channels;
    for (let c = 0; c < channels; c++) columns[to + c] += share * x[from + c];
  });
  return columns;
}

/**
 * The gradients of map and transforms, from that of the columns.
 *
 * @param toColumns [B · H · W, 9, C].
 */
export function sampleGradients(
  x: Float32Array,
  transforms: Float32Array,
  toColumns: Float32Array,
  shape: SampledShape,
): { toMap: Float32Array; toTransform: Float32Array } {
  const { channels } = shape;
  const toMap = new Float32Array(x.length);
  const toTransform = new Float32Array(transforms.length);
  eachCorner(transforms, shape, (place, cell, share, byRow, byColumn, gy, gx) => {
    const from = place * channels;
    const to = cell * channels;
    let product = 0;
    for (let c = 0; c < channels; c++) {
      toMap[to + c] += share * toColumns[from + c];
      product += toColumns[from + c] * x[to + c];
    }
    // Moving a tap changes its corners' shares.
    const transform = 4 * Math.floor(place / TAPS);
    toTransform[transform] += product * byRow * gy;
    toTransform[transform + 1] += product * byRow * gx;
    toTransform[transform + 2] += product * byColumn * gy;
    toTransform[transform + 3] += product * byColumn * gx;
  });
  return { toMap, toTransform };
}

/** Calls back with every tap's up to four corners that lie in the map. */
function eachCorner(
  transforms: Float32Array,
  { batch, height, width, dilation }: SampledShape,
  corner: (place: number, cell: number, share: number, byRow: number, byColumn: number, gy: number, gx: number) => void,
): void {
  const cells = height * width;
  for (let at = 0; at < batch * cells; at++) {
    const image = at - (at % cells);
    const row = Math.floor((at - image) / width);
    const column = at % width;
    for (let tap = 0; tap < TAPS; tap++) {
      const [gy, gx] = tapOffset(tap);
      // T·g on its own: where large terms cancel in it, the place must not be lost to them.
      const y = row + (transforms[4 * at] * gy + transforms[4 * at + 1] * gx) + (dilation - 1) * gy;
      const x = column + (transforms[4 * at + 2] * gy + transforms[4 * at + 3] * gx) + (dilation - 1) * gx;
      const [top, left] = [Math.floor(y), Math.floor(x)];
      for (let down = 0; down < 2; down++) {
        if (!(top + down >= 0 && top + down < height)) continue;
        const rowShare = down ? y - top : 1 - (y - top);
        for (let right = 0; right < 2; right++) {
          if (!(left + right >= 0 && left + right < width)) continue;
          const columnShare = right ? x - left : 1 - (x - left);
          corner(
            at * TAPS + tap,
            image + (top + down) * width + left + right,
            rowShare * columnShare,
            down ? columnShare : -columnShare,
            right ? rowShare : -rowShare,
            gy,
            gx,
          );
        }
      }
    }
  }
}

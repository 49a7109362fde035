import { PEAK_RADIUS, PEAK_THRESHOLD } from './candidate-rules.ts';
import type { HeatStack } from './heat-upsample.ts';
import { heatAt } from './heat-upsample.ts';
import type { KeypointPeaks } from './peaks.ts';
import { collectPeaks } from './peaks.ts';
import type { TopCandidates } from './rank.ts';
import { isRanked, rankCandidate } from './rank.ts';

/**
 * Keypoint candidates of heatmaps, one per type, as `findKeypointPeaks` finds them in the maps upsampled to the
 * input's size, bit by bit (where all values are finite), but without writing those out.
 */
export function findPeaksUpsampled(stack: HeatStack, keypoints: number): KeypointPeaks {
  return collectPeaks(keypoints, stack.width * stack.ratio, (k, top) => findTopPeaksUpsampled(stack, k, top));
}

/**
 * The pixels of an upsampled channel that `findTopPeaks` finds. Between four map cells the upsampled map is bilinear:
 * no pixel is higher than the highest of the four, and along a row or column that rises by more than rounding can
 * hide, every pixel has a higher neighbour; along one that falls, all but the first have. Few pixels are left to be
 * compared with all of their window: mostly those on cells that are maxima themselves.
 */
export function findTopPeaksUpsampled(stack: HeatStack, channel: number, top: TopCandidates): void {
  const { maps, width, height, ratio } = stack;
  // Neighbouring pixels differ by a `ratio`th of the cells' difference: by twice float32's spacing, if it is this part.
  const hidden = ratio * 2 ** -22;
  top.count = 0;
  for (let row = 0; row < height; row++) {
    const upper = (channel * height + row) * width;
    const lower = row + 1 < height ? upper + width : upper;
    for (let column = 0; column < width; column++) {
      const right = column + 1 < width ? column + 1 : column;
      const a = maps[upper + column];
      const b = maps[upper + right];
      const c = maps[lower + column];
      const d = maps[lower + right];
      const highest = Math.max(a, b, c, d);
      const x = ratio * column;
      const y = ratio * row;
      if (!(highest > PEAK_THRESHOLD) || !isRanked(top, y * width * ratio + x, highest)) continue;
      const least = hidden * Math.max(highest, -Math.min(a, b, c, d));
      const down = c - a;
      if (down > least && d - b > least) continue;
      for (let t = 0; t < ratio; t++) {
        const across = (b - a) * (1 - t / ratio) + (d - c) * (t / ratio);
        if (across > least) continue;
        if (t === 0 ? down <= least : Math.abs(down) <= least) rankIfPeak(stack, channel, x, y + t, top);
        if (across < -least) continue;
        for (let s = 1; s < ratio; s++) rankIfPeak(stack, channel, x + s, y + t, top);
      }
    }
  }
}

function rankIfPeak(stack: HeatStack, channel: number, x: number, y: number, top: TopCandidates): void {
  const width = stack.width * stack.ratio;
  const value = heatAt(stack, channel, x, y);
  const index = y * width + x;
  if (!(value > PEAK_THRESHOLD) || !isRanked(top, index, value)) return;
  const x0 = Math.max(x - PEAK_RADIUS, 0);
  const y0 = Math.max(y - PEAK_RADIUS, 0);
  const x1 = Math.min(x + PEAK_RADIUS, width - 1);
  const y1 = Math.min(y + PEAK_RADIUS, stack.height * stack.ratio - 1);
  // On most slopes one of these two decides.
  if (heatAt(stack, channel, x0, y) > value || heatAt(stack, channel, x, y0) > value) return;
  for (let row = y0; row <= y1; row++) {
    for (let column = x0; column <= x1; column++) {
      if (heatAt(stack, channel, column, row) > value) return;
    }
  }
  rankCandidate(top, index, value);
}

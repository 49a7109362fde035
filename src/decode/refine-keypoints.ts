import { FIT_REACH, fitGaussian } from './fit-gaussian.ts';
import type { GroupedKeypoint, InputKeypoint } from './group-keypoints.ts';

/** Keypoints below this score are not worth a fit. */
const MIN_SCORE = 0.05;
const START_SIGMA = 2;
/** A slope is fitted by a huge Gaussian far away, where there is no heat to be seen: not a keypoint's place. */
const FARTHEST = 2 * FIT_REACH;
/** Flat heat is fitted by any Gaussian that is wide enough, wherever its middle; on real maps none was wider than 50 px. */
const WIDEST = 1000;

/**
 * Moves a keypoint to the middle of the Gaussian that fits the heatmap around it best, and takes
 * that Gaussian's height for its heatmap value (reference section 3.8). The fitted place may lie
 * outside the window.
 *
 * Left alone: low scores, positions in the first or last row or column, fits that do not converge,
 * or (the released code takes those) run farther away than twice the window's reach or to a Gaussian
 * so wide that the heat is flat.
 *
 * @param fit fits a Gaussian to a window; tests give another one to compare with.
 */
export function refineKeypoint(
  keypoint: GroupedKeypoint,
  centerScore: number,
  inputWidth: number,
  inputHeight: number,
  fit = fitGaussian,
): InputKeypoint {
  const { score, heat } = keypoint;
  const x = Math.trunc(keypoint.x + 0.5);
  const y = Math.trunc(keypoint.y + 0.5);
  const inside = x > 0 && y > 0 && x < inputWidth - 1 && y < inputHeight - 1;
  const left = { x: keypoint.x, y: keypoint.y, score };
  if (!(score > MIN_SCORE) || !inside) return left;
  const window = {
    x0: Math.max(x - FIT_REACH, 0),
    x1: Math.min(x + FIT_REACH, inputWidth - 1),
    y0: Math.max(y - FIT_REACH, 0),
    y1: Math.min(y + FIT_REACH, inputHeight - 1),
  };
  const found = fit(heat, window, { height: heat(x, y), x, y, sigma: START_SIGMA });
  if (!found || found.sigma > WIDEST || Math.hypot(found.x - x, found.y - y) > FARTHEST) return left;
  return { x: found.x, y: found.y, score: found.height * centerScore };
}

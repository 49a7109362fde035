import type { FitWindow, Gaussian } from '../../src/decode/fit-gaussian.ts';
import type { HeatField } from '../../src/ops/heat-upsample.ts';

const MAX_STEPS = 60;
/** A fit has converged when a step changes the error, or the parameters, by less than this part. */
const TOLERANCE = 1e-10;
const PARAMETERS = 4;

/**
 * The fit written out plainly: least squares of height · exp(-|p - (x, y)|² / 2σ²) by Levenberg and Marquardt.
 *
 * @returns undefined if it does not converge to a finite place.
 */
export function referenceFit(heat: HeatField, window: FitWindow, start: Gaussian): Gaussian | undefined {
  const { x0, x1, y0, y1 } = window;
  const columns = x1 - x0 + 1;
  const values = Float64Array.from({ length: columns * (y1 - y0 + 1) }, (_, i) =>
    heat(x0 + (i % columns), y0 + Math.floor(i / columns)),
  );
  let at = [start.height, start.x, start.y, start.sigma];
  let damping = 1e-3;
  let current = normalEquations(values, window, at);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, hessian } = current;
    const damped = hessian.map((value, i) => (i % (PARAMETERS + 1) === 0 ? value * (1 + damping) : value));
    const change = solve(damped, gradient);
    if (!change) return undefined;
    const next = at.map((value, i) => value + change[i]);
    const tried = normalEquations(values, window, next);
    if (tried.error <= current.error) {
      const small = change.every((delta, i) => Math.abs(delta) <= TOLERANCE * (Math.abs(at[i]) + TOLERANCE));
      const done = small || current.error - tried.error <= TOLERANCE * current.error;
      at = next;
      current = tried;
      damping = Math.max(damping * 0.1, 1e-12);
      if (done) return gaussianOf(at);
    } else if (change.every((delta, i) => Math.abs(delta) <= TOLERANCE * (Math.abs(at[i]) + TOLERANCE))) {
      return gaussianOf(at);
    } else {
      damping *= 10;
    }
  }
  return undefined;
}

function gaussianOf([height, x, y, sigma]: readonly number[]): Gaussian | undefined {
  return [height, x, y, sigma].every(Number.isFinite) ? { height, x, y, sigma: Math.abs(sigma) } : undefined;
}

/** Squared error, JᵀJ [4, 4] and Jᵀr [4] of the model at the given parameters. */
function normalEquations(values: Float64Array, { x0, x1, y0 }: FitWindow, [height, x, y, sigma]: readonly number[]) {
  const columns = x1 - x0 + 1;
  const hessian = new Array<number>(PARAMETERS * PARAMETERS).fill(0);
  const gradient = new Array<number>(PARAMETERS).fill(0);
  const slope = new Float64Array(PARAMETERS);
  const inverse = 1 / (sigma * sigma);
  let error = 0;
  for (let i = 0; i < values.length; i++) {
    const dx = x0 + (i % columns) - x;
    const dy = y0 + Math.floor(i / columns) - y;
    const squared = (dx * dx + dy * dy) * inverse;
    const bell = Math.exp(-0.5 * squared);
    const residual = values[i] - height * bell;
    error += residual * residual;
    slope[0] = bell;
    slope[1] = height * bell * dx * inverse;
    slope[2] = height * bell * dy * inverse;
    slope[3] = (height * bell * squared) / sigma;
    for (let a = 0; a < PARAMETERS; a++) {
      gradient[a] += slope[a] * residual;
      for (let b = 0; b < PARAMETERS; b++) hessian[a * PARAMETERS + b] += slope[a] * slope[b];
    }
  }
  return { error, gradient, hessian };
}

/** Solves a small symmetric system by Gaussian elimination; undefined if it is singular. */
function solve(matrix: readonly number[], right: readonly number[]): number[] | undefined {
  const n = right.length;
  const rows = right.map((value, i) => [...matrix.slice(i * n, (i + 1) * n), value]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const scale = rows[column][column];
    if (!(Math.abs(scale) > 1e-300)) return undefined;
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = rows[row][column] / scale;
      for (let j = column; j <= n; j++) rows[row][j] -= factor * rows[column][j];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

import type { HeatField } from '../ops/heat-upsample.ts';

/** A round Gaussian height · exp(-|p - (x, y)|² / 2σ²), in pixels. */
export interface Gaussian {
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
}

/** Pixels x0..x1 of rows y0..y1, ends included; at most 13 each way. */
export interface FitWindow {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Pixels to every side of the middle of the largest window. */
export const FIT_REACH = 6;
const MAX_SIDE = 2 * FIT_REACH + 1;
const MAX_STEPS = 60;
/** A fit has converged when a step changes the error, or the parameters, by less than this part. */
const TOLERANCE = 1e-10;

/**
 * Least-squares fit of a Gaussian to the heat in a window, by Levenberg and Marquardt.
 *
 * It runs for every keypoint of every person, up to 510 times a frame, and is written for that: a
 * Gaussian is the product of one along x and one along y, so that almost all is computed per axis
 * (26 exponentials instead of 169), and nothing is allocated per step.
 *
 * @returns undefined if it does not converge to a finite place.
 */
export function fitGaussian(heat: HeatField, window: FitWindow, start: Gaussian): Gaussian | undefined {
  readWindow(heat, window);
  let { height, x, y, sigma } = start;
  let damping = 1e-3;
  let current = equationsA;
  let tried = equationsB;
  setUp(current, window, height, x, y, sigma);
  for (let step = 0; step < MAX_STEPS; step++) {
    if (!solve(current, 1 + damping)) return undefined;
    const small = isSmall(change.height, height) && isSmall(change.x, x) && isSmall(change.y, y) && isSmall(change.sigma, sigma);
    setUp(tried, window, height + change.height, x + change.x, y + change.y, sigma + change.sigma);
    if (tried.error <= current.error) {
      const done = small || current.error - tried.error <= TOLERANCE * current.error;
      height += change.height;
      x += change.x;
      y += change.y;
      sigma += change.sigma;
      [current, tried] = [tried, current];
      damping = Math.max(damping * 0.1, 1e-12);
      if (done) return finite(height, x, y, sigma);
    } else if (small) {
      return finite(height, x, y, sigma);
    } else {
      damping *= 10;
    }
  }
  return undefined;
}

function isSmall(delta: number, value: number): boolean {
  return Math.abs(delta) <= TOLERANCE * (Math.abs(value) + TOLERANCE);
}

function finite(height: number, x: number, y: number, sigma: number): Gaussian | undefined {
  const all = Number.isFinite(height) && Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(sigma);
  return all ? { height, x, y, sigma: Math.abs(sigma) } : undefined;
}

/** What one fit works on; fits run one after another, so that all share it. */
const values = new Float64Array(MAX_SIDE * MAX_SIDE);
const columns = makeAxis();
const rows = makeAxis();
const equationsA = normalEquations();
const equationsB = normalEquations();
const change = { height: NaN, x: NaN, y: NaN, sigma: NaN };

function readWindow(heat: HeatField, { x0, x1, y0, y1 }: FitWindow): void {
  let i = 0;
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) values[i++] = heat(x, y);
  }
}

/** A Gaussian along one axis of the window: its bell at every pixel, and the moments Σ bell² · distanceⁿ. */
type Axis = ReturnType<typeof makeAxis>;

/** Here and below numbers begin as NaN, not 0, so that the engine stores them as floating-point ones. */
function makeAxis() {
  const perPixel = () => new Float64Array(MAX_SIDE);
  return { length: 0, distance: perPixel(), bell: perPixel(), m0: NaN, m1: NaN, m2: NaN, m3: NaN, m4: NaN };
}

function setAxis(axis: Axis, first: number, last: number, middle: number, sigma: number): void {
  const exponent = -0.5 / (sigma * sigma);
  let m0 = 0;
  let m1 = 0;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  axis.length = last - first + 1;
  for (let i = 0; i < axis.length; i++) {
    const distance = first + i - middle;
    const squared = distance * distance;
    const bell = Math.exp(exponent * squared);
    const weight = bell * bell;
    axis.distance[i] = distance;
    axis.bell[i] = bell;
    m0 += weight;
    m1 += weight * distance;
    m2 += weight * squared;
    m3 += weight * squared * distance;
    m4 += weight * squared * squared;
  }
  axis.m0 = m0;
  axis.m1 = m1;
  axis.m2 = m2;
  axis.m3 = m3;
  axis.m4 = m4;
}

/** Of the model at some place: the squared error, Jᵀr, and the upper triangle of JᵀJ; h, x, y, s are the parameters. */
type NormalEquations = ReturnType<typeof normalEquations>;

function normalEquations() {
  // prettier-ignore
  return {
    error: NaN, h: NaN, x: NaN, y: NaN, s: NaN,
    hh: NaN, hx: NaN, hy: NaN, hs: NaN, xx: NaN, xy: NaN, xs: NaN, yy: NaN, ys: NaN, ss: NaN,
  };
}

/**
 * Writes the normal equations of the model with these parameters, for the window in `values`. With
 * d = p - (x, y) the model's derivatives are bell, slope · bell · dx, slope · bell · dy and
 * turn · bell · (dx² + dy²): sums of their products over the window are products of the axes' moments,
 * and only what holds a residual must be summed pixel by pixel.
 */
function setUp(equations: NormalEquations, window: FitWindow, height: number, x: number, y: number, sigma: number): void {
  setAxis(columns, window.x0, window.x1, x, sigma);
  setAxis(rows, window.y0, window.y1, y, sigma);
  const slope = height / (sigma * sigma);
  const turn = slope / sigma;
  sumResiduals(equations, height);
  equations.x *= slope;
  equations.y *= slope;
  equations.s *= turn;
  equations.hh = columns.m0 * rows.m0;
  equations.hx = slope * columns.m1 * rows.m0;
  equations.hy = slope * columns.m0 * rows.m1;
  equations.hs = turn * (columns.m2 * rows.m0 + columns.m0 * rows.m2);
  equations.xx = slope * slope * columns.m2 * rows.m0;
  equations.xy = slope * slope * columns.m1 * rows.m1;
  equations.xs = slope * turn * (columns.m3 * rows.m0 + columns.m1 * rows.m2);
  equations.yy = slope * slope * columns.m0 * rows.m2;
  equations.ys = slope * turn * (columns.m2 * rows.m1 + columns.m0 * rows.m3);
  equations.ss = turn * turn * (columns.m4 * rows.m0 + 2 * columns.m2 * rows.m2 + columns.m0 * rows.m4);
}

/** Sums over the window: residual², then residual · bell times 1, dx, dy and dx² + dy². */
function sumResiduals(sums: NormalEquations, height: number): void {
  const { length, distance, bell } = columns;
  let error = 0;
  let all = 0;
  let byX = 0;
  let byY = 0;
  let bySquare = 0;
  let i = 0;
  for (let row = 0; row < rows.length; row++) {
    const rowBell = rows.bell[row];
    const top = height * rowBell;
    let sum = 0;
    let sumX = 0;
    let sumXX = 0;
    for (let column = 0; column < length; column++) {
      const residual = values[i++] - top * bell[column];
      const part = residual * bell[column];
      const partX = part * distance[column];
      error += residual * residual;
      sum += part;
      sumX += partX;
      sumXX += partX * distance[column];
    }
    const dy = rows.distance[row];
    all += rowBell * sum;
    byX += rowBell * sumX;
    byY += rowBell * sum * dy;
    bySquare += rowBell * (sumXX + sum * dy * dy);
  }
  sums.error = error;
  sums.h = all;
  sums.x = byX;
  sums.y = byY;
  sums.s = bySquare;
}

/**
 * Solves (JᵀJ with its diagonal times `stretch`) · change = Jᵀr by L·D·Lᵀ.
 *
 * @returns false if a pivot is 0 or no number.
 */
function solve({ h, x, y, s, hh, hx, hy, hs, xx, xy, xs, yy, ys, ss }: NormalEquations, stretch: number): boolean {
  const d0 = hh * stretch;
  const [l10, l20, l30] = [hx / d0, hy / d0, hs / d0];
  const d1 = xx * stretch - l10 * hx;
  const [e21, e31] = [xy - l20 * hx, xs - l30 * hx];
  const [l21, l31] = [e21 / d1, e31 / d1];
  const d2 = yy * stretch - l20 * hy - l21 * e21;
  const e32 = ys - l30 * hy - l31 * e21;
  const l32 = e32 / d2;
  const d3 = ss * stretch - l30 * hs - l31 * e31 - l32 * e32;
  if (!(isPivot(d0) && isPivot(d1) && isPivot(d2) && isPivot(d3))) return false;
  const z1 = x - l10 * h;
  const z2 = y - l20 * h - l21 * z1;
  const z3 = s - l30 * h - l31 * z1 - l32 * z2;
  change.sigma = z3 / d3;
  change.y = z2 / d2 - l32 * change.sigma;
  change.x = z1 / d1 - l21 * change.y - l31 * change.sigma;
  change.height = h / d0 - l10 * change.x - l20 * change.y - l30 * change.sigma;
  return true;
}

function isPivot(value: number): boolean {
  return Math.abs(value) > 1e-300;
}

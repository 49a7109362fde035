/**
 * Winograd's transforms for four outputs of a convolution with three weights, from the polynomials'
 * values at 0, ±A, ±B and infinity, along one axis of vectors that lie `step` bytes apart.
 */
const A: f32 = 0.75;
const B: f32 = 1.5;
const A2: f32 = A * A;
const B2: f32 = B * B;

/** Six inputs to the six factors that are multiplied with those of the weights. */
// @ts-ignore: decorator
@inline
export function inputsToProducts(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  const a2 = f32x4.splat(A2);
  const b2 = f32x4.splat(B2);
  const ab = f32x4.splat(A2 * B2);
  const sum = f32x4.splat(A2 + B2);
  const evenA = f32x4.sub(d4, f32x4.mul(b2, d2));
  const oddA = f32x4.mul(f32x4.splat(A), f32x4.sub(d3, f32x4.mul(b2, d1)));
  const evenB = f32x4.sub(d4, f32x4.mul(a2, d2));
  const oddB = f32x4.mul(f32x4.splat(B), f32x4.sub(d3, f32x4.mul(a2, d1)));
  v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(ab, d0), f32x4.mul(sum, d2)), d4));
  v128.store(to + toStep, f32x4.add(evenA, oddA));
  v128.store(to + 2 * toStep, f32x4.sub(evenA, oddA));
  v128.store(to + 3 * toStep, f32x4.add(evenB, oddB));
  v128.store(to + 4 * toStep, f32x4.sub(evenB, oddB));
  v128.store(to + 5 * toStep, f32x4.add(f32x4.sub(f32x4.mul(ab, d1), f32x4.mul(sum, d3)), d5));
}

/** Six products to four outputs. */
// @ts-ignore: decorator
@inline
export function productsToOutputs(from: usize, step: usize, to: usize, toStep: usize): void {
  const p1 = v128.load(from + step);
  const p2 = v128.load(from + 2 * step);
  const p3 = v128.load(from + 3 * step);
  const p4 = v128.load(from + 4 * step);
  const evenA = f32x4.add(p1, p2);
  const oddA = f32x4.mul(f32x4.splat(A), f32x4.sub(p1, p2));
  const evenB = f32x4.add(p3, p4);
  const oddB = f32x4.mul(f32x4.splat(B), f32x4.sub(p3, p4));
  const a2 = f32x4.splat(A2);
  const b2 = f32x4.splat(B2);
  v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenA, evenB)));
  v128.store(to + toStep, f32x4.add(oddA, oddB));
  v128.store(to + 2 * toStep, f32x4.add(f32x4.mul(a2, evenA), f32x4.mul(b2, evenB)));
  v128.store(to + 3 * toStep, f32x4.add(v128.load(from + 5 * step), f32x4.add(f32x4.mul(a2, oddA), f32x4.mul(b2, oddB))));
}

/** Factor `i` of three weights. */
export function weightsToProduct(i: i32, w0: f64, w1: f64, w2: f64): f64 {
  if (i == 0) return w0 / (A2 * B2);
  if (i == 5) return w2;
  const own = <f64>(i < 3 ? A : B);
  const other = <f64>(i < 3 ? B : A);
  const point = (i & 1) ? own : -own;
  return (w0 + point * w1 + point * point * w2) / (2 * own * own * (own * own - other * other));
}

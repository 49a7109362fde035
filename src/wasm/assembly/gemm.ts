import { Call } from './call';
import { PANEL, TILE } from './constants';

/**
 * Output cells `first` to `last` of a convolution, for some panels of output channels.
 *
 * @param packed [tiles][depth][4 cells], from pack().
 * @param depth products per sum: taps times input lanes.
 */
export function multiply(call: Call, packed: usize, depth: i32, first: i32, last: i32, firstPanel: i32, lastPanel: i32): void {
  const lanes = call.lanes;
  const step = lanes << 2;
  for (let panel = firstPanel; panel < lastPanel; panel++) {
    const weights = call.weights + ((panel * depth * PANEL) << 2);
    const bias = call.bias + ((panel * PANEL) << 2);
    let cells = packed;
    for (let cell = first; cell < last; cell += TILE) {
      const at = (cell * lanes + panel * PANEL) << 2;
      const shortcut = call.shortcut ? call.shortcut + at : 0;
      tile(cells, weights, depth, bias, call.output + at, step, shortcut, call.relu, last - cell);
      cells += (depth * TILE) << 2;
    }
  }
}

/** Four cells by eight channels. Eight sums in registers: more of them spill to memory in V8. */
export function tile(
  a: usize, b: usize, depth: i32, bias: usize, output: usize, step: usize, shortcut: usize, relu: i32, rows: i32,
): void {
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, 16);
  let c00 = bias0, c01 = bias1;
  let c10 = bias0, c11 = bias1;
  let c20 = bias0, c21 = bias1;
  let c30 = bias0, c31 = bias1;
  const end = a + ((depth * TILE) << 2);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 16;
    b += 32;
  }
  finish(c00, c01, output, shortcut, relu);
  if (rows > 1) finish(c10, c11, output + step, shortcut ? shortcut + step : 0, relu);
  if (rows > 2) finish(c20, c21, output + 2 * step, shortcut ? shortcut + 2 * step : 0, relu);
  if (rows > 3) finish(c30, c31, output + 3 * step, shortcut ? shortcut + 3 * step : 0, relu);
}

/** Shortcut, ReLU and store of one cell. */
// @ts-ignore: decorator
@inline
export function finish(sum0: v128, sum1: v128, output: usize, shortcut: usize, relu: i32): void {
  if (shortcut) {
    sum0 = f32x4.add(sum0, v128.load(shortcut));
    sum1 = f32x4.add(sum1, v128.load(shortcut, 16));
  }
  if (relu) {
    sum0 = f32x4.max(sum0, f32x4.splat(0));
    sum1 = f32x4.max(sum1, f32x4.splat(0));
  }
  v128.store(output, sum0);
  v128.store(output, sum1, 16);
}

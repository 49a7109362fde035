import { Call, factorOf, inputOf } from './call';

/** Row `y` of the ReLU of a sum of maps, coarser ones repeated or, if `smooth`, upsampled bilinearly. */
export function fuse(call: Call, y: i32): void {
  const last = call.inputs - 1;
  for (let i = 0; i <= last; i++) {
    const factor = factorOf(call, i);
    if (call.smooth && factor > 1) addRowBetween(call, y, inputOf(call, i), factor, i == 0, i == last);
    else addRow(call, y, inputOf(call, i), factor, i == 0, i == last);
  }
}

/** Output row = [output row +] input row, with ReLU at last. The row stays in the cache from one input to the next. */
function addRow(call: Call, y: i32, input: usize, factor: i32, first: bool, last: bool): void {
  const bytes = call.lanes << 2;
  const row = input + ((y / factor) * (call.width / factor)) * bytes;
  const floor = last ? f32x4.splat(0) : f32x4.splat(-Infinity);
  let to = call.output + (y * call.width) * bytes;
  for (let x = 0; x < call.width; x++) {
    let from = row + (x / factor) * bytes;
    const end = to + bytes;
    while (to < end) {
      let sum = v128.load(from);
      if (!first) sum = f32x4.add(sum, v128.load(to));
      v128.store(to, f32x4.max(sum, floor));
      from += 16;
      to += 16;
    }
  }
}

/** The same between an input's cells: half-pixel centres, clamped to the map. */
function addRowBetween(call: Call, y: i32, input: usize, factor: i32, first: bool, last: bool): void {
  const bytes = call.lanes << 2;
  const inWidth = call.width / factor;
  const scale: f32 = 1 / <f32>factor;
  const placeY: f32 = max<f32>((<f32>y + 0.5) * scale - 0.5, 0);
  const top = <i32>placeY;
  const v = f32x4.splat(placeY - <f32>top);
  const upper = input + (top * inWidth) * bytes;
  const lower = input + (min(top + 1, call.height / factor - 1) * inWidth) * bytes;
  const floor = last ? f32x4.splat(0) : f32x4.splat(-Infinity);
  let to = call.output + (y * call.width) * bytes;
  for (let x = 0; x < call.width; x++) {
    const placeX: f32 = max<f32>((<f32>x + 0.5) * scale - 0.5, 0);
    const left = <i32>placeX;
    const u = f32x4.splat(placeX - <f32>left);
    let near = left * bytes;
    const step = (min(left + 1, inWidth - 1) - left) * bytes;
    const end = to + bytes;
    while (to < end) {
      const above = between(v128.load(upper + near), v128.load(upper + near + step), u);
      const below = between(v128.load(lower + near), v128.load(lower + near + step), u);
      let sum = between(above, below, v);
      if (!first) sum = f32x4.add(sum, v128.load(to));
      v128.store(to, f32x4.max(sum, floor));
      near += 16;
      to += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, part: v128): v128 {
  return f32x4.add(a, f32x4.mul(part, f32x4.sub(b, a)));
}

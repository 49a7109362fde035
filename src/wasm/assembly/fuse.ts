import { Call, factorOf, inputOf } from './call';

/** Row `y` of the ReLU of a sum of maps, coarser ones repeated. */
export function fuse(call: Call, y: i32): void {
  const last = call.inputs - 1;
  for (let i = 0; i <= last; i++) addRow(call, y, inputOf(call, i), factorOf(call, i), i == 0, i == last);
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

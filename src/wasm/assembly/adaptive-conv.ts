import { Call } from './call';
import { blend } from './blend';
import { PANEL, ROWS, TILE } from './constants';
import { multiply } from './gemm';
import { pack } from './pack';

/** An item: up to 24 cells by some panels of output channels. */
export function adaptiveConv(call: Call, item: i32, scratch: usize): void {
  const cells = call.width * call.height;
  const chunks = (cells + ROWS - 1) / ROWS;
  const first = (item % chunks) * ROWS;
  const last = min(first + ROWS, cells);
  const lanes = call.inLanes;
  const bytes = lanes << 2;
  // Behind the four cells' samples of one tap, which are packed while they are in the cache.
  const packed = scratch + TILE * bytes;
  let to = packed;
  for (let cell = first; cell < last; cell += TILE) {
    for (let tap = 0; tap < 9; tap++) {
      for (let i = 0; i < TILE; i++) sample(call, min(cell + i, last - 1), tap, scratch + i * bytes);
      to = pack(scratch, scratch + bytes, scratch + 2 * bytes, scratch + 3 * bytes, lanes, to);
    }
  }
  const firstPanel = (item / chunks) * call.panels;
  const lastPanel = min(firstPanel + call.panels, call.lanes / PANEL);
  multiply(call, packed, 9 * lanes, first, last, firstPanel, lastPanel);
}

/** All lanes where one tap of a cell reads: at cell + T·g + (dilation - 1)·g, each neighbour outside the map 0. */
function sample(call: Call, cell: i32, tap: i32, to: usize): void {
  const width = call.width;
  const height = call.height;
  const lanes = call.inLanes;
  const transform = call.transform + ((cell * call.transformLanes) << 2);
  const gy = <f32>(tap / 3 - 1);
  const gx = <f32>(tap % 3 - 1);
  const spread = <f32>(call.dilation - 1);
  // T·g on its own: where large terms cancel in it, the cell must not be lost to them.
  const y = <f32>(cell / width) + (load<f32>(transform) * gy + load<f32>(transform, 4) * gx) + spread * gy;
  const x = <f32>(cell % width) + (load<f32>(transform, 8) * gy + load<f32>(transform, 12) * gx) + spread * gx;
  // Not the other way round: NaN is outside.
  if (!(y > -1 && y < <f32>height && x > -1 && x < <f32>width)) {
    memory.fill(to, 0, lanes << 2);
    return;
  }
  const top = <i32>floor(y);
  const left = <i32>floor(x);
  const v = y - <f32>top;
  const u = x - <f32>left;
  // A neighbour outside counts 0, and its address is moved inside.
  const above: f32 = top >= 0 ? 1 - v : 0;
  const below: f32 = top + 1 < height ? v : 0;
  const before: f32 = left >= 0 ? 1 - u : 0;
  const after: f32 = left + 1 < width ? u : 0;
  const row0 = max(top, 0) * width;
  const row1 = min(top + 1, height - 1) * width;
  const column0 = max(left, 0);
  const column1 = min(left + 1, width - 1);
  blend(
    call.input + (((row0 + column0) * lanes) << 2), call.input + (((row0 + column1) * lanes) << 2),
    call.input + (((row1 + column0) * lanes) << 2), call.input + (((row1 + column1) * lanes) << 2),
    above * before, above * after, below * before, below * after, lanes, to,
  );
}

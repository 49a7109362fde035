import { Call } from './call';
import { blend } from './blend';
import { PANEL, ROWS, TILE } from './constants';
import { multiply } from './gemm';
import { pack } from './pack';

/** An item: up to 24 cells by some panels of one group's output channels. */
export function adaptiveConv(call: Call, item: i32, scratch: usize): void {
  const cells = call.width * call.height;
  const chunks = (cells + ROWS - 1) / ROWS;
  const first = (item % chunks) * ROWS;
  const last = min(first + ROWS, cells);
  const groupPanels = call.lanes / PANEL / call.groups;
  const groupItems = (groupPanels + call.panels - 1) / call.panels;
  const group = item / chunks / groupItems;
  const lanes = call.inLanes / call.groups;
  const bytes = lanes << 2;
  // Behind the four cells' samples of one tap, which are packed while they are in the cache.
  const packed = scratch + TILE * bytes;
  let to = packed;
  for (let cell = first; cell < last; cell += TILE) {
    for (let tap = 0; tap < 9; tap++) {
      for (let i = 0; i < TILE; i++) sample(call, group, lanes, min(cell + i, last - 1), tap, scratch + i * bytes);
      to = pack(scratch, scratch + bytes, scratch + 2 * bytes, scratch + 3 * bytes, lanes, to);
    }
  }
  const firstPanel = ((item / chunks) % groupItems) * call.panels;
  const lastPanel = min(firstPanel + call.panels, groupPanels);
  multiply(call, packed, 9 * lanes, first, last, group * groupPanels + firstPanel, group * groupPanels + lastPanel);
}

/** A group's lanes where one tap of a cell reads: at cell + T·g + (dilation - 1)·g + t, each neighbour outside the map 0. */
function sample(call: Call, group: i32, lanes: i32, cell: i32, tap: i32, to: usize): void {
  const width = call.width;
  const height = call.height;
  const stride = call.inLanes;
  const input = call.input + ((group * lanes) << 2);
  const transform = call.transform + ((cell * call.transformLanes + 4 * group) << 2);
  const gy = <f32>(tap / 3 - 1);
  const gx = <f32>((tap % 3) - 1);
  const spread = <f32>(call.dilation - 1);
  // T·g on its own: where large terms cancel in it, the cell must not be lost to them.
  let y = <f32>(cell / width) + (load<f32>(transform) * gy + load<f32>(transform, 4) * gx) + spread * gy;
  let x = <f32>(cell % width) + (load<f32>(transform, 8) * gy + load<f32>(transform, 12) * gx) + spread * gx;
  if (call.translation) {
    const translation = call.translation + ((cell * call.translationLanes + 2 * group) << 2);
    y += load<f32>(translation);
    x += load<f32>(translation, 4);
  }
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
    input + (((row0 + column0) * stride) << 2),
    input + (((row0 + column1) * stride) << 2),
    input + (((row1 + column0) * stride) << 2),
    input + (((row1 + column1) * stride) << 2),
    above * before,
    above * after,
    below * before,
    below * after,
    lanes,
    to,
  );
}

import { Call } from './call';
import { PANEL, TILE } from './constants';
import { control } from './control';
import { tile } from './gemm';
import { pack } from './pack';

/**
 * One row of input cells' part in a transposed convolution (4×4, stride 2, padding 1): output cell (2x + right, 2y + down) reads the
 * 2×2 input cells from (x + right - 1, y + down - 1) on, with weights of its own for each of the four kinds.
 * Weights: [down, right][panels][4 cells][lanes][8 output channels]. Items: rows by kinds.
 */
export function transposedConv(call: Call, item: i32, scratch: usize): void {
  const inWidth = call.inWidth;
  const kind = item / call.inHeight;
  const y = item % call.inHeight;
  const down = kind >> 1;
  const right = kind & 1;
  const depth = 4 * call.inLanes;
  const panels = call.lanes / PANEL;
  const panelBytes = (depth * PANEL) << 2;
  const step = call.lanes << 3;
  for (let x = 0; x < inWidth; x += TILE) {
    let to = scratch;
    for (let tap = 0; tap < 4; tap++) {
      const row = y + down - 1 + (tap >> 1);
      const column = x + right - 1 + (tap & 1);
      to = pack(
        cellAt(call, column, row), cellAt(call, column + 1, row), cellAt(call, column + 2, row), cellAt(call, column + 3, row), call.inLanes, to,
      );
    }
    const cell = ((2 * y + down) * call.width + 2 * x + right) * call.lanes;
    for (let panel = 0; panel < panels; panel++) {
      tile(
        scratch, call.weights + (kind * panels + panel) * panelBytes, depth, call.bias + ((panel * PANEL) << 2),
        call.output + ((cell + panel * PANEL) << 2), step, 0, call.relu, inWidth - x,
      );
    }
  }
}

/** Address of an input cell, or of zeros outside the map. */
// @ts-ignore: decorator
@inline
function cellAt(call: Call, x: i32, y: i32): usize {
  return <u32>x < <u32>call.inWidth && <u32>y < <u32>call.inHeight
    ? call.input + (((y * call.inWidth + x) * call.inLanes) << 2)
    : control().zeros;
}

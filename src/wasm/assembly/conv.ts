import { Call } from './call';
import { PANEL, ROWS, TILE } from './constants';
import { control } from './control';
import { multiply } from './gemm';
import { pack } from './pack';

/** An item: up to 24 output cells by some panels of output channels. */
export function conv(call: Call, item: i32, scratch: usize): void {
  const cells = call.width * call.height;
  const chunks = (cells + ROWS - 1) / ROWS;
  const first = (item % chunks) * ROWS;
  const last = min(first + ROWS, cells);
  let to = scratch;
  for (let cell = first; cell < last; cell += TILE) to = packWindows(call, cell, last - 1, to);
  const firstPanel = (item / chunks) * call.panels;
  const lastPanel = min(firstPanel + call.panels, call.lanes / PANEL);
  multiply(call, scratch, call.side * call.side * call.inLanes, first, last, firstPanel, lastPanel);
}

/** The windows of four cells, tap by tap; the last cell again where there are fewer. */
function packWindows(call: Call, first: i32, last: i32, to: usize): usize {
  const side = call.side;
  const padding = side >> 1;
  const x0 = left(call, first, padding), y0 = top(call, first, padding);
  const x1 = left(call, min(first + 1, last), padding), y1 = top(call, min(first + 1, last), padding);
  const x2 = left(call, min(first + 2, last), padding), y2 = top(call, min(first + 2, last), padding);
  const x3 = left(call, min(first + 3, last), padding), y3 = top(call, min(first + 3, last), padding);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      to = pack(
        cellAt(call, x0 + x, y0 + y), cellAt(call, x1 + x, y1 + y), cellAt(call, x2 + x, y2 + y), cellAt(call, x3 + x, y3 + y),
        call.inLanes, to,
      );
    }
  }
  return to;
}

// @ts-ignore: decorator
@inline
function left(call: Call, cell: i32, padding: i32): i32 {
  return (cell % call.width) * call.stride - padding;
}

// @ts-ignore: decorator
@inline
function top(call: Call, cell: i32, padding: i32): i32 {
  return (cell / call.width) * call.stride - padding;
}

/** Address of an input cell, or of zeros outside the map. */
// @ts-ignore: decorator
@inline
function cellAt(call: Call, x: i32, y: i32): usize {
  return <u32>x < <u32>call.inWidth && <u32>y < <u32>call.inHeight
    ? call.input + (((y * call.inWidth + x) * call.inLanes) << 2)
    : control().zeros;
}

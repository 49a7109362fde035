import { Call } from './call';
import { PANEL, TILE, WINOGRAD_INPUT, WINOGRAD_OUTPUT, WINOGRAD_PRODUCTS } from './constants';
import { control } from './control';
import { finish, tile } from './gemm';
import { pack } from './pack';
import { productsToOutputs, inputsToProducts } from './winograd-transforms';

/** Bytes of a vector. */
const VECTOR = 16;
const PATCH = WINOGRAD_INPUT;
const SIDE = WINOGRAD_OUTPUT;

/**
 * A 3×3 convolution of stride 1 by Winograd's algorithm F(4×4, 3×3): a window of 6×6 input cells
 * gives 4×4 output cells by 36 products per pair of channels in place of 144. An item is up to
 * `call.windows` windows by some panels of output channels. Source: Lavin and Gray, "Fast algorithms
 * for convolutional neural networks".
 */
export function winograd(call: Call, item: i32, scratch: usize): void {
  const across = (call.width + SIDE - 1) / SIDE;
  const all = across * ((call.height + SIDE - 1) / SIDE);
  const chunks = (all + call.windows - 1) / call.windows;
  const first = (item % chunks) * call.windows;
  const last = min(first + call.windows, all);
  const lanes = call.inLanes;
  const spectrum = (WINOGRAD_PRODUCTS * lanes) << 2; // bytes of one window's transformed input

  const work = scratch;
  const four = work + spectrum;
  const packed = four + TILE * spectrum;
  let to = packed;
  for (let window = first; window < last; window += TILE) {
    for (let i = 0; i < TILE; i++) {
      const at = min(window + i, last - 1);
      transformInput(call, (at % across) * SIDE, (at / across) * SIDE, work, four + i * spectrum);
    }
    for (let product = 0; product < WINOGRAD_PRODUCTS; product++) {
      const from = four + ((product * lanes) << 2);
      to = pack(from, from + spectrum, from + 2 * spectrum, from + 3 * spectrum, lanes, to);
    }
  }

  const sums = to;
  const rows = (last - first + TILE - 1) & -TILE;
  const firstPanel = (item / chunks) * call.panels;
  const lastPanel = min(firstPanel + call.panels, call.lanes / PANEL);
  for (let panel = firstPanel; panel < lastPanel; panel++) {
    for (let product = 0; product < WINOGRAD_PRODUCTS; product++) {
      const weights = call.weights + (((panel * WINOGRAD_PRODUCTS + product) * lanes * PANEL) << 2);
      let cells = packed + ((product * lanes * TILE) << 2);
      for (let row = 0; row < rows; row += TILE) {
        const out = sums + (((product * rows + row) * PANEL) << 2);
        tile(cells, weights, lanes, control().zeros, out, PANEL << 2, 0, 0, TILE);
        cells += TILE * spectrum;
      }
    }
    for (let window = first; window < last; window++) {
      const from = sums + (((window - first) * PANEL) << 2);
      transformOutput(call, (window % across) * SIDE, (window / across) * SIDE, panel, from, rows, work);
    }
  }
}

/** The input window of the output cells from (x, y) on: [36][lanes] to `to`. */
function transformInput(call: Call, x: i32, y: i32, work: usize, to: usize): void {
  const width = call.width;
  const height = call.height;
  const bytes = call.inLanes << 2;
  let from = call.input + ((y - 1) * width + x - 1) * bytes;
  let rowStep = width * bytes;
  if (x == 0 || y == 0 || x + SIDE >= width || y + SIDE >= height) {
    // Over the map's edge: the window is copied, with zeros outside.
    let cell = to;
    for (let row = y - 1; row < y - 1 + PATCH; row++) {
      for (let column = x - 1; column < x - 1 + PATCH; column++) {
        if (<u32>row < <u32>height && <u32>column < <u32>width)
          memory.copy(cell, call.input + (row * width + column) * bytes, bytes);
        else memory.fill(cell, 0, bytes);
        cell += bytes;
      }
    }
    from = to;
    rowStep = PATCH * bytes;
  }
  for (let lane = 0; lane < bytes; lane += VECTOR) {
    for (let row = 0; row < PATCH; row++)
      inputsToProducts(from + row * rowStep + lane, bytes, work + row * PATCH * VECTOR, VECTOR);
    for (let column = 0; column < PATCH; column++) {
      inputsToProducts(work + column * VECTOR, PATCH * VECTOR, to + column * bytes + lane, PATCH * bytes);
    }
  }
}

/** 4×4 output cells from (x, y) on, of one panel, from [36][rows][8] sums. */
function transformOutput(call: Call, x: i32, y: i32, panel: i32, from: usize, rows: i32, work: usize): void {
  const step = (rows * PANEL) << 2;
  const cell = PANEL << 2;
  const outputs = work + PATCH * SIDE * cell;
  for (let half = 0; half < cell; half += VECTOR) {
    for (let row = 0; row < PATCH; row++) {
      productsToOutputs(from + row * PATCH * step + half, step, work + row * SIDE * cell + half, cell);
    }
    for (let column = 0; column < SIDE; column++) {
      productsToOutputs(work + column * cell + half, SIDE * cell, outputs + column * cell + half, SIDE * cell);
    }
  }
  const bias = call.bias + panel * cell;
  const bias0 = v128.load(bias);
  const bias1 = v128.load(bias, VECTOR);
  const right = min(SIDE, call.width - x);
  const bottom = min(SIDE, call.height - y);
  for (let row = 0; row < bottom; row++) {
    for (let column = 0; column < right; column++) {
      const at = (((y + row) * call.width + x + column) * call.lanes + panel * PANEL) << 2;
      const sum = outputs + (row * SIDE + column) * cell;
      finish(
        f32x4.add(v128.load(sum), bias0),
        f32x4.add(v128.load(sum, VECTOR), bias1),
        call.output + at,
        call.shortcut ? call.shortcut + at : 0,
        call.relu,
      );
    }
  }
}

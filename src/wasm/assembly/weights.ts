import { Call } from './call';
import { PANEL, WINOGRAD_INPUT as SIDE, WINOGRAD_PRODUCTS } from './constants';
import { weightsToProduct } from './winograd-transforms';

/**
 * Panel `panel` of a convolution's weights: [outChannels][channels][taps] at `input` becomes
 * [taps][inLanes][8 output channels], the order in which the GEMM reads it. Zero where a lane is no channel.
 * Each group of `lanes` output channels begins a panel of its own; `channels` and `inLanes` are of one group.
 */
export function packWeights(call: Call, panel: i32): void {
  const taps = call.side * call.side;
  const inLanes = call.inLanes;
  const panelBytes = (taps * inLanes * PANEL) << 2;
  const to = call.output + panel * panelBytes;
  memory.fill(to, 0, panelBytes);
  const groupPanels = (call.lanes + PANEL - 1) / PANEL;
  const group = panel / groupPanels;
  const first = (panel % groupPanels) * PANEL;
  const last = min(first + PANEL, call.lanes);
  for (let out = first; out < last; out++) {
    let from = call.input + (((group * call.lanes + out) * call.channels * taps) << 2);
    for (let channel = 0; channel < call.channels; channel++) {
      const place = load<i32>(call.places + (channel << 2));
      for (let tap = 0; tap < taps; tap++) {
        store<f32>(to + (((tap * inLanes + place) * PANEL + (out % PANEL)) << 2), load<f32>(from));
        from += 4;
      }
    }
  }
}

/** The same for Winograd's algorithm: [36 products][inLanes][8 output channels]. */
export function packWinograd(call: Call, panel: i32, scratch: usize): void {
  const inLanes = call.inLanes;
  const panelBytes = (WINOGRAD_PRODUCTS * inLanes * PANEL) << 2;
  const to = call.output + panel * panelBytes;
  memory.fill(to, 0, panelBytes);
  const last = min((panel + 1) * PANEL, call.lanes);
  for (let out = panel * PANEL; out < last; out++) {
    let from = call.input + ((out * call.channels * 9) << 2);
    for (let channel = 0; channel < call.channels; channel++) {
      const place = load<i32>(call.places + (channel << 2));
      const at = to + ((place * PANEL + (out % PANEL)) << 2);
      transformWeights(from, scratch, at, (inLanes * PANEL) << 2);
      from += 9 << 2;
    }
  }
}

/** 3×3 weights to the 36 factors of the products, `step` bytes apart; in f64, for it is done once. */
function transformWeights(from: usize, rows: usize, to: usize, step: usize): void {
  for (let row = 0; row < 3; row++) {
    const w0 = load<f32>(from),
      w1 = load<f32>(from, 4),
      w2 = load<f32>(from, 8);
    for (let i = 0; i < SIDE; i++) store<f64>(rows + ((row * SIDE + i) << 3), weightsToProduct(i, w0, w1, w2));
    from += 12;
  }
  for (let i = 0; i < SIDE; i++) {
    for (let column = 0; column < SIDE; column++) {
      const at = rows + (column << 3);
      store<f32>(to, <f32>weightsToProduct(i, load<f64>(at), load<f64>(at, SIDE << 3), load<f64>(at, SIDE << 4)));
      to += step;
    }
  }
}

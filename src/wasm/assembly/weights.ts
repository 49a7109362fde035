import { Call } from './call';
import { PANEL, WINOGRAD_INPUT, WINOGRAD_PRODUCTS } from './constants';
import { weightsToProduct } from './winograd-transforms';

/**
 * Panel `panel` of a convolution's weights: [outChannels][channels][taps] at `input` becomes
 * [taps][inLanes][8 output channels], the order in which the GEMM reads it. Zero where a lane is no channel.
 */
export function packWeights(call: Call, panel: i32): void {
  const taps = call.side * call.side;
  const inLanes = call.inLanes;
  const panelBytes = (taps * inLanes * PANEL) << 2;
  const to = call.output + panel * panelBytes;
  memory.fill(to, 0, panelBytes);
  const last = min((panel + 1) * PANEL, call.lanes);
  for (let out = panel * PANEL; out < last; out++) {
    let from = call.input + ((out * call.channels * taps) << 2);
    for (let channel = 0; channel < call.channels; channel++) {
      const place = load<i32>(call.places + (channel << 2));
      for (let tap = 0; tap < taps; tap++) {
        store<f32>(to + (((tap * inLanes + place) * PANEL + out % PANEL) << 2), load<f32>(from));
        from += 4;
      }
    }
  }
}

/** The same for Winograd's algorithm: [36 products][inLanes][8 output channels]. */
export function packWinograd(call: Call, panel: i32): void {
  const inLanes = call.inLanes;
  const panelBytes = (WINOGRAD_PRODUCTS * inLanes * PANEL) << 2;
  const to = call.output + panel * panelBytes;
  memory.fill(to, 0, panelBytes);
  const last = min((panel + 1) * PANEL, call.lanes);
  for (let out = panel * PANEL; out < last; out++) {
    let from = call.input + ((out * call.channels * 9) << 2);
    for (let channel = 0; channel < call.channels; channel++) {
      const place = load<i32>(call.places + (channel << 2));
      for (let product = 0; product < WINOGRAD_PRODUCTS; product++) {
        const column = product % WINOGRAD_INPUT;
        const value = weightsToProduct(product / WINOGRAD_INPUT, rowToProduct(from, column), rowToProduct(from + 12, column), rowToProduct(from + 24, column));
        store<f32>(to + (((product * inLanes + place) * PANEL + out % PANEL) << 2), <f32>value);
      }
      from += 36;
    }
  }
}

function rowToProduct(from: usize, i: i32): f64 {
  return weightsToProduct(i, load<f32>(from), load<f32>(from, 4), load<f32>(from, 8));
}

import { Call } from './call';
import { PANEL } from './constants';

/**
 * Panel `panel` of a convolution's weights: [outChannels][channels][taps] at `input` becomes
 * [taps][inLanes][8 output channels], the order in which the GEMM reads it. Zero where a lane is no channel.
 */
export function packWeights(call: Call, panel: i32): void {
  const taps = call.side * call.side;
  const inLanes = call.inLanes;
  const panelBytes = <usize>(taps * inLanes * PANEL) << 2;
  const to = call.output + <usize>panel * panelBytes;
  memory.fill(to, 0, panelBytes);
  const last = min((panel + 1) * PANEL, call.lanes);
  for (let out = panel * PANEL; out < last; out++) {
    let from = call.input + (<usize>(out * call.channels * taps) << 2);
    for (let channel = 0; channel < call.channels; channel++) {
      const place = load<i32>(call.places + (<usize>channel << 2));
      for (let tap = 0; tap < taps; tap++) {
        store<f32>(to + (<usize>((tap * inLanes + place) * PANEL + out % PANEL) << 2), load<f32>(from));
        from += 4;
      }
    }
  }
}

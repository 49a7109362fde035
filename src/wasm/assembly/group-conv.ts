import { Call } from './call';
import { control } from './control';

/**
 * Row `y` of a convolution within groups of channels. Few output channels share an input, so each is a sum of products
 * of whole vectors. Weights: [output channels][taps][lanes of a group].
 */
export function groupConv(call: Call, y: i32): void {
  const lanes = call.inLanes / call.groups;
  const outs = call.channels / call.groups;
  const taps = call.side * call.side;
  const padding = call.side >> 1;
  for (let x = 0; x < call.width; x++) {
    const to = call.output + (((y * call.width + x) * call.lanes) << 2);
    for (let out = 0; out < call.channels; out++) {
      const first = ((out / outs) * lanes) << 2;
      let weights = call.weights + ((out * taps * lanes) << 2);
      let sum = f32x4.splat(0);
      for (let tap = 0; tap < taps; tap++) {
        const row = y + tap / call.side - padding;
        const column = x + (tap % call.side) - padding;
        const inside = <u32>row < <u32>call.height && <u32>column < <u32>call.width;
        let from = inside ? call.input + (((row * call.width + column) * call.inLanes) << 2) + first : control().zeros;
        const end = weights + (lanes << 2);
        while (weights < end) {
          sum = f32x4.add(sum, f32x4.mul(v128.load(from), v128.load(weights)));
          from += 16;
          weights += 16;
        }
      }
      const total =
        f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
      store<f32>(to + (out << 2), total + load<f32>(call.bias + (out << 2)));
    }
    memory.fill(to + (call.channels << 2), 0, (call.lanes - call.channels) << 2);
  }
}

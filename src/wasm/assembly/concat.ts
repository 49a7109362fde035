import { Call } from './call';
import { blend } from './blend';

/** Row `y` of one input of a concatenation, upsampled bilinearly: half-pixel centres, clamped to the map. */
export function concat(call: Call, y: i32): void {
  const inWidth = call.width / call.factor;
  const inHeight = call.height / call.factor;
  const scale: f32 = 1 / <f32>call.factor;
  const cell = call.inLanes << 2;
  const placeY: f32 = max<f32>((<f32>y + 0.5) * scale - 0.5, 0);
  const top = <i32>placeY;
  const v = placeY - <f32>top;
  const row0 = call.input + top * inWidth * cell;
  const row1 = call.input + min(top + 1, inHeight - 1) * inWidth * cell;
  let to = call.output + ((y * call.width * call.lanes + call.firstLane) << 2);
  for (let x = 0; x < call.width; x++) {
    const placeX: f32 = max<f32>((<f32>x + 0.5) * scale - 0.5, 0);
    const left = <i32>placeX;
    const u = placeX - <f32>left;
    const column0 = left * cell;
    const column1 = min(left + 1, inWidth - 1) * cell;
    blend(
      row0 + column0,
      row0 + column1,
      row1 + column0,
      row1 + column1,
      (1 - v) * (1 - u),
      (1 - v) * u,
      v * (1 - u),
      v * u,
      call.inLanes,
      to,
    );
    to += call.lanes << 2;
  }
}

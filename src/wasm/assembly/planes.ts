import { Call } from './call';

/** Row `y` of planes [channels][height][width] as cells of a map; lanes without a channel become 0. */
export function interleave(call: Call, y: i32): void {
  const width = call.width;
  const plane = (width * call.height) << 2;
  const cell = call.lanes << 2;
  let from = call.input + ((y * width) << 2);
  let to = call.output + y * width * cell;
  for (let x = 0; x < width; x++) {
    for (let lane = 0; lane < call.lanes; lane++) {
      store<f32>(to + (lane << 2), lane < call.channels ? load<f32>(from + lane * plane) : 0);
    }
    from += 4;
    to += cell;
  }
}

/** Channel `channel` of a map as a plane [height][width]. */
export function planes(call: Call, channel: i32): void {
  const cells = call.width * call.height;
  const cell = call.inLanes << 2;
  let from = call.input + (channel << 2);
  let to = call.output + ((channel * cells) << 2);
  for (let i = 0; i < cells; i++) {
    store<f32>(to, load<f32>(from));
    from += cell;
    to += 4;
  }
}

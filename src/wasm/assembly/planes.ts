import { Call } from './call';

/** Row `y` of planes [channels][height][width] as cells of a map; lanes without a channel become 0. */
export function interleave(call: Call, y: i32): void {
  const width = call.width;
  const plane = <usize>(width * call.height) << 2;
  const cell = <usize>call.lanes << 2;
  let from = call.input + (<usize>(y * width) << 2);
  let to = call.output + <usize>(y * width) * cell;
  for (let x = 0; x < width; x++) {
    for (let lane = 0; lane < call.lanes; lane++) {
      store<f32>(to + (<usize>lane << 2), lane < call.channels ? load<f32>(from + <usize>lane * plane) : 0);
    }
    from += 4;
    to += cell;
  }
}

/** Channel `channel` of a map as a plane [height][width]. */
export function planes(call: Call, channel: i32): void {
  const cells = call.width * call.height;
  const cell = <usize>call.inLanes << 2;
  let from = call.input + (<usize>channel << 2);
  let to = call.output + (<usize>(channel * cells) << 2);
  for (let i = 0; i < cells; i++) {
    store<f32>(to, load<f32>(from));
    from += cell;
    to += 4;
  }
}

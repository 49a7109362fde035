import { Call } from './call';

/** Row `y` of a map whose channels come to lie in groups: each begins at a lane of its own; lanes without a channel become 0. */
export function split(call: Call, y: i32): void {
  const groups = call.groups;
  const channels = call.channels / groups;
  const groupBytes = (call.lanes / groups) << 2;
  const cell = call.inLanes << 2;
  let from = call.input + y * call.width * cell;
  let to = call.output + ((y * call.width * call.lanes) << 2);
  for (let x = 0; x < call.width; x++) {
    let at = from;
    for (let group = 0; group < groups; group++) {
      memory.copy(to, at, channels << 2);
      memory.fill(to + (channels << 2), 0, groupBytes - (channels << 2));
      at += channels << 2;
      to += groupBytes;
    }
    from += cell;
  }
}

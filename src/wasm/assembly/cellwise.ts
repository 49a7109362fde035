import { Call, inputOf } from './call';

/** Row `y` of the mean of maps of one shape. */
export function mean(call: Call, y: i32): void {
  const bytes = (call.width * call.lanes) << 2;
  const part = f32x4.splat(<f32>1 / <f32>call.inputs);
  const start = y * bytes;
  for (let at = start; at < start + bytes; at += 16) {
    let sum = v128.load(call.input + at);
    for (let i = 1; i < call.inputs; i++) sum = f32x4.add(sum, v128.load(inputOf(call, i) + at));
    v128.store(call.output + at, f32x4.mul(sum, part));
  }
}

/** Row `y` of the greatest of maps of one shape. */
export function maximum(call: Call, y: i32): void {
  const bytes = (call.width * call.lanes) << 2;
  const start = y * bytes;
  for (let at = start; at < start + bytes; at += 16) {
    let greatest = v128.load(call.input + at);
    for (let i = 1; i < call.inputs; i++) greatest = f32x4.max(greatest, v128.load(inputOf(call, i) + at));
    v128.store(call.output + at, greatest);
  }
}

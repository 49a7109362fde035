import { adaptiveConv } from './adaptive-conv';
import { barrier } from './barrier';
import { Call, Kernel } from './call';
import { maximum, mean } from './cellwise';
import { concat } from './concat';
import { control } from './control';
import { conv } from './conv';
import { fuse } from './fuse';
import { groupConv } from './group-conv';
import { interleave, planes } from './planes';
import { split } from './split';
import { transposedConv } from './transposed-conv';
import { packWeights, packWinograd } from './weights';
import { winograd } from './winograd';

/**
 * Runs `count` calls one after another on one of several threads, all of which are given the same
 * calls: each takes items that nobody has taken yet, and waits for the others before the next call.
 */
export function run(calls: usize, count: i32, thread: i32, threads: i32): void {
  const end = calls + count * offsetof<Call>();
  for (; calls < end; calls += offsetof<Call>()) {
    while (runNext(calls, thread)) {}
    barrier(threads);
  }
}

/** Runs one item of a call; false if none is left. */
export function runNext(at: usize, thread: i32): bool {
  const call = changetype<Call>(at);
  const item = atomic.add<i32>(at, 1, offsetof<Call>('taken'));
  if (item >= call.items) return false;
  runItem(call, item, control().scratch + thread * control().scratchBytes);
  return true;
}

function runItem(call: Call, item: i32, scratch: usize): void {
  switch (call.kernel) {
    case Kernel.Interleave:
      return interleave(call, item);
    case Kernel.Planes:
      return planes(call, item);
    case Kernel.PackWeights:
      return packWeights(call, item);
    case Kernel.PackWinograd:
      return packWinograd(call, item, scratch);
    case Kernel.Conv:
      return conv(call, item, scratch);
    case Kernel.Winograd:
      return winograd(call, item, scratch);
    case Kernel.AdaptiveConv:
      return adaptiveConv(call, item, scratch);
    case Kernel.Fuse:
      return fuse(call, item);
    case Kernel.Concat:
      return concat(call, item);
    case Kernel.Mean:
      return mean(call, item);
    case Kernel.Maximum:
      return maximum(call, item);
    case Kernel.Split:
      return split(call, item);
    case Kernel.GroupConv:
      return groupConv(call, item);
    case Kernel.TransposedConv:
      return transposedConv(call, item, scratch);
    default:
      unreachable();
  }
}

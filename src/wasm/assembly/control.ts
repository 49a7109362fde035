import { CONTROL_ADDRESS } from './constants';

/** What the threads share, at a fixed address; the driver writes it. `CONTROL_FIELDS` in ../calls.ts. */
@unmanaged
export class Control {
  /** Threads that wait at the barrier. */
  arrived: i32;
  /** Barriers passed so far. */
  passed: i32;
  /** As many zeros as any map has lanes: what lies outside a map. */
  zeros: usize;
  /** Each thread's working memory, one after another. */
  scratch: usize;
  scratchBytes: i32;
}

// @ts-ignore: decorator
@inline
export function control(): Control {
  return changetype<Control>(<usize>CONTROL_ADDRESS);
}

import { Control, control } from './control';

/** Looks before a thread goes to sleep: layers take tens of microseconds and end at about the same time. */
const SPINS = 2000;

/** Returns when all threads have come here. */
export function barrier(threads: i32): void {
  if (threads == 1) return;
  const at = changetype<usize>(control());
  const passed = atomic.load<i32>(at, offsetof<Control>('passed'));
  if (atomic.add<i32>(at, 1, offsetof<Control>('arrived')) == threads - 1) {
    atomic.store<i32>(at, 0, offsetof<Control>('arrived'));
    atomic.store<i32>(at, passed + 1, offsetof<Control>('passed'));
    atomic.notify(at + offsetof<Control>('passed'), threads);
    return;
  }
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(at, offsetof<Control>('passed')) != passed) return;
  while (atomic.load<i32>(at, offsetof<Control>('passed')) == passed) {
    atomic.wait<i32>(at + offsetof<Control>('passed'), passed, -1);
  }
}

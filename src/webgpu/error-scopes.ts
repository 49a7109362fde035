import { ManyposeError, messageOf } from '../errors.ts';

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const satisfies readonly GPUErrorFilter[];

/** What synchronous work gave, and what the device has to say about it. */
export interface Watched<Result> {
  readonly result: Result;
  /** Rejects with `out-of-memory` or `gpu-error` if the device found something wrong; resolves soon after the work. */
  readonly checked: Promise<void>;
}

/**
 * Does synchronous work within error scopes. They are a device's and not a caller's: held open across
 * an await they would take errors of whoever else works on the device, and hide them.
 *
 * @throws ManyposeError `out-of-memory` for memory that cannot be mapped; whatever the work throws.
 */
export function watched<Result>(device: GPUDevice, work: () => Result): Watched<Result> {
  for (const filter of FILTERS) device.pushErrorScope(filter);
  let outcome: { result: Result } | { thrown: unknown };
  try {
    outcome = { result: work() };
  } catch (thrown) {
    outcome = { thrown };
  }
  const checked = Promise.all([...FILTERS].reverse().map(async (filter) => {
    const error = await device.popErrorScope();
    if (error) throw new ManyposeError(filter === 'out-of-memory' ? filter : 'gpu-error', `the GPU reports: ${error.message}`);
  })).then(() => undefined);
  // Who waits for it hears of it all the same.
  checked.catch(() => undefined);
  if ('result' in outcome) return { result: outcome.result, checked };
  // A buffer that is mapped from the start says by a RangeError that there is no memory for it.
  throw outcome.thrown instanceof RangeError
    ? new ManyposeError('out-of-memory', `the GPU refused memory: ${messageOf(outcome.thrown)}`, { cause: outcome.thrown })
    : outcome.thrown;
}

/** The same for work of one step: resolves to its result once the device found nothing wrong in it. */
export async function watch<Result>(device: GPUDevice, work: () => Result): Promise<Result> {
  const { result, checked } = watched(device, work);
  await checked;
  return result;
}

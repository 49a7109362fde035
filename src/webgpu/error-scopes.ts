import { ManyposeError, messageOf } from '../errors.ts';

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const satisfies readonly GPUErrorFilter[];

/** What synchronous work gave, and what the device has to say about it. */
export interface Watched<Result> {
  readonly result: Result;
  /** Rejects with `out-of-memory` or `gpu-error` if the device found something wrong; settles soon after the work. */
  readonly checked: Promise<void>;
}

/**
 * Does synchronous work within error scopes. They are a device's and not a caller's: held open across
 * an await they would take errors of whoever else works on the device, and hide them from those.
 *
 * @throws ManyposeError `out-of-memory` for memory that cannot be mapped; whatever the work throws.
 */
export function watched<Result>(device: GPUDevice, work: () => Result): Watched<Result> {
  for (const filter of FILTERS) device.pushErrorScope(filter);
  let result: Result;
  try {
    result = work();
  } catch (thrown) {
    void popAll(device).catch(() => undefined);
    // A buffer that is mapped from the start says by a RangeError that there is no memory for it.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new ManyposeError('out-of-memory', `the GPU refused memory: ${messageOf(thrown)}`, { cause: thrown });
  }
  const checked = popAll(device);
  // Who waits for it hears of it all the same.
  checked.catch(() => undefined);
  return { result, checked };
}

async function popAll(device: GPUDevice): Promise<void> {
  await Promise.all(
    [...FILTERS].reverse().map(async (filter) => {
      const error = await device.popErrorScope();
      if (error) throw new ManyposeError(filter === 'out-of-memory' ? filter : 'gpu-error', `the GPU reports: ${error.message}`);
    }),
  );
}

/** Starts something within error scopes; what the device found wrong with it comes before its own failure. */
export async function watchStart<Result>(device: GPUDevice, start: () => Promise<Result>): Promise<Result> {
  const { result, checked } = watched(device, start);
  result.catch(() => undefined);
  await checked;
  return result;
}

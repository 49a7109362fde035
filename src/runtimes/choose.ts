import { ManyposeError, messageOf } from '../errors.ts';
import type { Model } from '../model/load.ts';
import type { Runtime, RuntimeKind } from '../runtime/runtime.ts';
import type { RuntimeEntry, RuntimeOptions } from './entry.ts';
import type { RuntimeTable } from './table.ts';

/** A runtime that is open, and why it is this one, in words. */
export interface ChosenRuntime {
  readonly runtime: Runtime;
  readonly reason: string;
}

/** What is wrong with the model or with what was asked for, which no other runtime mends. */
const NEXT_WILL_NOT_DO: readonly string[] = ['invalid-model', 'invalid-argument', 'aborted', 'disposed'];

/**
 * Opens the runtime that was asked for, or with 'auto' the first of the table's order that would be a
 * good choice here and opens.
 *
 * @throws ManyposeError `no-runtime` and what runtimes throw when they open.
 */
export async function chooseRuntime(
  table: RuntimeTable,
  wanted: 'auto' | RuntimeKind,
  model: Model,
  options: RuntimeOptions,
): Promise<ChosenRuntime> {
  // A device is a wish for the runtime that takes it.
  const kind = wanted === 'auto' && options.device !== undefined ? 'webgpu' : wanted;
  if (kind !== 'auto') {
    const entry = table.runtimes[kind];
    if (!entry) throw new ManyposeError('invalid-argument', `this entry of the package has no runtime '${kind}'`);
    return { runtime: await entry.open(model, options), reason: `${entry.title} was asked for` };
  }
  const refused: string[] = [];
  for (const entry of table.order) {
    const chosen = await tryEntry(entry, model, options, refused);
    if (chosen) return chosen;
  }
  throw new ManyposeError('no-runtime', `nothing can run the network here: ${refused.join('; ')}`);
}

async function tryEntry(
  entry: RuntimeEntry,
  model: Model,
  options: RuntimeOptions,
  refused: string[],
): Promise<ChosenRuntime | undefined> {
  try {
    const why = await entry.whyNot?.();
    if (why === undefined) {
      const runtime = await entry.open(model, options);
      return {
        runtime,
        reason: refused.length === 0 ? `${entry.title} is available` : `${entry.title}, because ${refused.join('; ')}`,
      };
    }
    refused.push(why);
  } catch (error) {
    // Anything else: no hardware, a driver that fails, a part of the library that does not arrive.
    if (error instanceof ManyposeError && NEXT_WILL_NOT_DO.includes(error.code)) throw error;
    refused.push(`${entry.title} cannot be opened: ${messageOf(error)}`);
  }
  return undefined;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ModelDescriptor } from '../network/descriptor.ts';
import type { WeightDtype } from '../model/manifest.ts';
import { convertCheckpoint } from '../convert/convert.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { checkDescriptor } from '../model/check-descriptor.ts';
import { namedModel } from '../model/named-models.ts';
import { printable } from '../printable.ts';
import { checkOutputs } from './outputs.ts';
import { checkModelFolder, writeModel } from './write-model.ts';

export const CONVERT_USAGE = `manypose convert CHECKPOINT OUT_DIR [options]

Converts a PyTorch checkpoint (.pth or .safetensors; nothing in it is executed) to the format that browsers load:
OUT_DIR/manifest.json and weight files of at most 4 MiB.
  --dtype f16|f32     precision of the weights (default f16: half the bytes)
  --model NAME|FILE   what the checkpoint is of: a name that 'manypose info' lists, or a descriptor in JSON.
                      Without it the checkpoint's tensors tell.
  --verbose           list all tensors that do not fit, if the checkpoint is of another network
  --scorer FILE       checkpoint of the rescoring net, to go with the model
  --source TEXT       where the weights come from, for the manifest
  --licence TEXT      licence of the weights, for the manifest
  --force             replace the model that is in OUT_DIR

Exit status: 0 done, 1 the checkpoint cannot be converted, 2 wrong usage.`;

/** A mistake on the command line. */
const usageError = (message: string): ManyposeError => new ManyposeError('invalid-argument', message);

/** `manypose convert`. */
export async function convertCommand(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (positionals.length !== 2) throw usageError(`CHECKPOINT and OUT_DIR expected, got ${positionals.length} names`);
  const [checkpointFile, folder] = positionals;
  const { dtype } = values;
  if (dtype !== 'f16' && dtype !== 'f32') throw usageError(`--dtype is f16 or f32, not ${dtype}`);

  const model = values.model === undefined ? undefined : await modelOf(values.model);
  const scorer = values.scorer === undefined ? undefined : await readInput(values.scorer);
  const { source, licence } = values;
  const checkpoint = await readInput(checkpointFile);
  await checkModelFolder(folder, values.force);
  const converted = await convertCheckpoint(checkpoint, { dtype: dtype as WeightDtype, model, scorer, source, licence }).catch(
    (error: unknown) => {
      const details = error instanceof ManyposeError ? error.details : undefined;
      if (details && values.verbose) console.error(details.join('\n'));
      else if (details)
        throw new ManyposeError('checkpoint-mismatch', `${messageOf(error)}\n--verbose lists them all`, { cause: error });
      throw error;
    },
  );

  const inputs = [checkpointFile, ...[values.scorer, values.model].filter((file) => file !== undefined)];
  await checkOutputs(
    converted.files.map(({ name }) => join(folder, name)),
    { inputs, force: values.force },
  );
  await writeModel(folder, converted.files);
  const megabytes = converted.files.reduce((sum, file) => sum + file.bytes.length, 0) / 1e6;
  console.log(`${printable(folder)}: ${converted.model.id}, ${converted.files.length} files, ${megabytes.toFixed(1)} MB`);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        dtype: { type: 'string', default: 'f16' },
        model: { type: 'string' },
        scorer: { type: 'string' },
        source: { type: 'string' },
        licence: { type: 'string' },
        force: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw usageError(messageOf(error));
  }
}

async function modelOf(nameOrFile: string): Promise<ModelDescriptor> {
  const known = namedModel(nameOrFile);
  if (known) return known;
  const text = new TextDecoder().decode(await readInput(nameOrFile));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ManyposeError('invalid-model', `${nameOrFile} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  return checkDescriptor(json);
}

async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

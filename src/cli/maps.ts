import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ManyposeError, messageOf } from '../errors.ts';
import { loadModel } from '../model/load.ts';
import type { Planes } from '../ops/planes.ts';
import { printable } from '../printable.ts';
import { chooseRuntime } from '../runtimes/choose.ts';
import { modelUrlOf } from './model-url.ts';
import { NODE_RUNTIMES, RUNTIME_CHOICES, runtimeNamed } from './node-runtimes.ts';
import { readNpy, writeNpz } from './npy.ts';
import { checkOutputs, makeFolder } from './outputs.ts';
import { writeWhole } from './write-whole.ts';

export const MAPS_USAGE = `manypose maps --model DIR --input X.npy --out OUT.npz [--force] [--runtime ${RUNTIME_CHOICES}]

Runs the network alone on a normalised float32 input [1, 3, H, W] and writes heatmaps [K, h, w],
centerMap [h, w] and offsetMap [2K, h, w], float32; of an HrHRNet, whose heatmaps are the combined ones of its
three branches, heatmaps2x [K, 2h, 2w] too. --force replaces a file that is there.`;

/** `manypose maps`: for checking a model against any reference. */
export async function mapsCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string' },
      input: { type: 'string' },
      out: { type: 'string' },
      runtime: { type: 'string', default: 'auto' },
      force: { type: 'boolean', default: false },
    },
  });
  const { model: folder, input: inputPath, out, runtime: kind } = values;
  if (!folder || !inputPath || !out)
    throw new ManyposeError('invalid-argument', `--model, --input and --out are needed\n\n${MAPS_USAGE}`);
  const wanted = runtimeNamed(kind);
  await checkOutputs([out], { inputs: [inputPath], force: values.force });
  const input = await readFile(inputPath).catch((cause: unknown) => {
    throw new ManyposeError('invalid-argument', `${inputPath} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const { shape, data } = readNpy(input, inputPath);
  if (shape.length !== 4 || shape[0] !== 1 || shape[1] !== 3) {
    throw new ManyposeError('invalid-argument', `${inputPath}: expected shape [1, 3, H, W], got [${shape.join(', ')}]`);
  }
  const { runtime } = await chooseRuntime(NODE_RUNTIMES, wanted, await loadModel(modelUrlOf(folder)), {});
  try {
    const maps = await runtime.runMaps(data, shape[3], shape[2]);
    await makeFolder(dirname(out));
    await writeWhole(
      out,
      writeNpz({
        heatmaps: arrayOf(maps.heatmaps),
        centerMap: { ...arrayOf(maps.centerMap), shape: [maps.centerMap.height, maps.centerMap.width] },
        offsetMap: arrayOf(maps.offsetMap),
        ...(maps.heatmaps2x && { heatmaps2x: arrayOf(maps.heatmaps2x) }),
      }),
    );
    const { channels, width, height } = maps.heatmaps;
    console.log(`${printable(out)}: ${channels} heatmaps of ${width}×${height}, by ${runtime.kind} (${runtime.adapter})`);
  } finally {
    runtime.dispose();
  }
}

function arrayOf({ channels, width, height, values }: Planes): { shape: number[]; data: Float32Array } {
  return { shape: [channels, height, width], data: values };
}

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import { loadModel } from '../model/load.ts';
import type { Runtime } from '../runtime.ts';
import { modelUrlOf } from './model-url.ts';
import { openNodeGpu } from './node-gpu.ts';
import { readNpy, writeNpz } from './npy.ts';

export const MAPS_USAGE = `manypose maps --model DIR --input X.npy --out OUT.npz [--runtime webgpu|tfjs]

Runs the network alone on a normalised float32 input [1, 3, H, W] and writes heatmaps [K, h, w],
centerMap [h, w] and offsetMap [2K, h, w], float32.`;

/** `manypose maps`: for checking a model against any reference. */
export async function mapsCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string' }, input: { type: 'string' }, out: { type: 'string' }, runtime: { type: 'string', default: 'webgpu' },
    },
  });
  const { model: folder, input: inputPath, out, runtime: kind } = values;
  if (!folder || !inputPath || !out) throw new ManyposeError('invalid-argument', `--model, --input and --out are needed\n\n${MAPS_USAGE}`);
  if (kind !== 'webgpu' && kind !== 'tfjs') throw new ManyposeError('invalid-argument', `--runtime must be webgpu or tfjs, got ${kind}`);
  const { shape, data } = readNpy(await readFile(inputPath), inputPath);
  if (shape.length !== 4 || shape[0] !== 1 || shape[1] !== 3) {
    throw new ManyposeError('invalid-argument', `${inputPath}: expected shape [1, 3, H, W], got [${shape.join(', ')}]`);
  }
  const { network, weights } = await loadModel(modelUrlOf(folder));
  const gpu = kind === 'webgpu' ? await openNodeGpu() : undefined;
  try {
    const runtime: Runtime = gpu
      ? await (await import('../webgpu/runtime.ts')).createWebGpuRuntime(network, weights, { device: gpu.device })
      : await (await import('../tfjs/runtime.ts')).createTfjsRuntime(network, weights, { backend: 'cpu' });
    const maps = await runtime.runMaps(data, shape[3], shape[2]);
    runtime.dispose();
    const { keypoints, width, height } = maps;
    await writeFile(out, writeNpz({
      heatmaps: { shape: [keypoints, height, width], data: maps.heatmaps },
      centerMap: { shape: [height, width], data: maps.centerMap },
      offsetMap: { shape: [2 * keypoints, height, width], data: maps.offsetMap },
    }));
    console.log(`${out}: ${keypoints} heatmaps of ${width}×${height}, on ${runtime.adapter}`);
  } finally {
    gpu?.close();
  }
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPoses } from '../draw/draw-poses.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { createDetector } from '../estimator.ts';
import type { Pose } from '../pose.ts';
import { modelUrlOf } from './model-url.ts';
import { openNodeGpu } from './node-gpu.ts';

export const POSE_USAGE = `manypose pose IMAGE... [--model DIR] [--size S] [--flip] [--json OUT] [--draw DIR]

Finds people's poses in pictures.
  --model DIR  a converted model; the package's own if left out
  --size S     shorter side of the network's input in pixels, a multiple of 32
  --flip       average with the mirrored picture: twice the time, a little better
  --json OUT   write all poses, in each picture's own pixels
  --draw DIR   write each picture with its skeletons as PNG`;

interface PosesOfFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly poses: readonly Pose[];
}

/** `manypose pose`. */
export async function poseCommand(args: string[]): Promise<void> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string' }, size: { type: 'string' }, flip: { type: 'boolean', default: false },
      json: { type: 'string' }, draw: { type: 'string' },
    },
  });
  if (files.length === 0) throw new ManyposeError('invalid-argument', `no picture given\n\n${POSE_USAGE}`);
  const inputSize = values.size === undefined ? undefined : Number(values.size);
  const { createCanvas, loadImage } = await canvasPackage();
  const gpu = await openNodeGpu();
  try {
    const detector = await createDetector({ modelUrl: modelUrlOf(values.model), runtime: 'webgpu', device: gpu.device, inputSize });
    const results: PosesOfFile[] = [];
    for (const file of files) {
      const bytes = await readFile(file);
      const image = await loadImage(bytes).catch((cause: unknown) => {
        throw new ManyposeError('invalid-image', `${file}: not a picture that can be read: ${messageOf(cause)}`, { cause });
      });
      const { width, height } = image;
      const canvas = createCanvas(width, height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const poses = await detector.estimatePoses({ data, width, height }, { flip: values.flip });
      console.log(`${file}: ${poses.length} ${poses.length === 1 ? 'person' : 'people'}, ${Math.round(detector.info.timings.total)} ms`);
      results.push({ file, width, height, poses });
      if (values.draw !== undefined) {
        await mkdir(values.draw, { recursive: true });
        drawPoses(context as unknown as CanvasRenderingContext2D, poses);
        await writeFile(join(values.draw, `${basename(file, extname(file))}.png`), await canvas.encode('png'));
      }
    }
    detector.dispose();
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    gpu.close();
  }
}

async function canvasPackage(): Promise<typeof import('@napi-rs/canvas')> {
  try {
    return await import('@napi-rs/canvas');
  } catch (cause) {
    throw new ManyposeError('no-runtime', `the npm package "@napi-rs/canvas" is needed to read pictures: ${messageOf(cause)}`, { cause });
  }
}

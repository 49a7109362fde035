import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPoses } from '../draw/draw-poses.ts';
import { ManyposeError } from '../errors.ts';
import type { Pose } from '../pose.ts';
import { openNodeDetector } from './node-detector.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { readPhoto } from './photo.ts';

export const POSE_USAGE = `manypose pose IMAGE... [--model DIR] [--size S] [--flip] [--runtime ${RUNTIME_CHOICES}] [--json OUT] [--draw DIR]

Finds people's poses in pictures.
  --model DIR  a converted model; the package's own if left out
  --size S     shorter side of the network's input in pixels, a multiple of 32
  --runtime    what runs the network; default auto: WebGPU on a GPU, else the CPU
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
      model: { type: 'string' }, size: { type: 'string' }, runtime: { type: 'string' }, flip: { type: 'boolean', default: false },
      json: { type: 'string' }, draw: { type: 'string' },
    },
  });
  if (files.length === 0) throw new ManyposeError('invalid-argument', `no picture given\n\n${POSE_USAGE}`);
  const detector = await openNodeDetector(values);
  try {
    const results: PosesOfFile[] = [];
    for (const file of files) {
      const { pixels, canvas, context } = await readPhoto(file);
      const poses = await detector.estimatePoses(pixels, { flip: values.flip });
      console.log(`${file}: ${poses.length} ${poses.length === 1 ? 'person' : 'people'}, ${Math.round(detector.info.timings.total)} ms`);
      results.push({ file, width: pixels.width, height: pixels.height, poses });
      if (values.draw !== undefined) {
        await mkdir(values.draw, { recursive: true });
        drawPoses(context as unknown as CanvasRenderingContext2D, poses);
        await writeFile(join(values.draw, `${basename(file, extname(file))}.png`), await canvas.encode('png'));
      }
    }
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    detector.dispose();
  }
}

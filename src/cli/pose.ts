import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Detector } from '../detector.ts';
import type { ErrorCode } from '../errors.ts';
import { ManyposeError } from '../errors.ts';
import type { EstimationConfig } from '../options.ts';
import { readEstimation } from '../options.ts';
import type { Pose } from '../pose.ts';
import { printable } from '../printable.ts';
import { openNodeDetector } from './node-detector.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { checkOutputs, outputNames, writeOutput } from './outputs.ts';
import { readPhoto } from './photo.ts';
import type { Seen, View } from './views.ts';
import { drawView, endingOf, lookInside, viewsNamed } from './views.ts';

export const POSE_USAGE = `manypose pose IMAGE... [--model DIR] [--quality fast|balanced|best] [--size S] [--flip] [--scales LIST] [--runtime ${RUNTIME_CHOICES}]
              [--json OUT] [--draw DIR [--show LIST]] [--force]

Finds people's poses in pictures. Pictures that cannot be read are listed at the end; the exit status is 1 then.
  --model DIR    a converted model; the package's own if left out
  --quality Q    how good poses are against how soon they come: the model's own size, scales and flip for it; default balanced
  --size S       instead of the quality's: shorter side of the network's input in pixels, a multiple of 32
  --runtime      what runs the network; default auto: WebGPU on a GPU, else the CPU
  --flip         average with the mirrored picture: twice the time, a little better
  --scales LIST  sizes at which the network runs, relative to that, with commas between: 1, 0.5,1 or 0.5,1,2
  --json OUT     write all poses, in each picture's own pixels
  --draw DIR     write each picture with its skeletons as PNG
  --show LIST    what to draw, a picture each, with commas between; default poses. All but those show one plain run of the network:
                   poses     skeletons
                   heatmaps  where it sees keypoints
                   centers   where it sees people's middles
                   offsets   from each person's center to where its keypoints are regressed
                   sampling  the nine places that its last adaptive convolution reads for each center
  --force        replace files that are there; pictures that are read are never written over`;

interface PosesOfFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly poses: readonly Pose[];
}

/** A picture to be written of what was seen. */
interface Drawing {
  readonly view: View;
  readonly path: string;
}

/** What is wrong with one picture and not with the next. */
const OF_ONE_PICTURE: readonly ErrorCode[] = ['invalid-image', 'invalid-argument', 'out-of-memory'];

/** `manypose pose`. */
export async function poseCommand(args: string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      quality: { type: 'string' },
      size: { type: 'string' },
      runtime: { type: 'string' },
      flip: { type: 'boolean' },
      scales: { type: 'string' },
      json: { type: 'string' },
      draw: { type: 'string' },
      show: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  if (files.length === 0) throw new ManyposeError('invalid-argument', `no picture given\n\n${POSE_USAGE}`);
  const { json, draw, flip, force } = values;
  const scales = values.scales?.split(',').map(Number);
  readEstimation({ scales });
  if (draw === undefined && values.show !== undefined)
    throw new ManyposeError('invalid-argument', '--show says what to draw: say with --draw where to');
  const views = draw === undefined ? [] : viewsNamed(values.show ?? 'poses');
  const drawings = outputNames(files, views.map(endingOf)).map((names) =>
    names.map((name, i): Drawing => ({ view: views[i], path: join(draw!, name) })),
  );
  const outputs = drawings.flat().map(({ path }) => path);
  await checkOutputs([...outputs, ...(json === undefined ? [] : [json])], { inputs: files, force });

  const detector = await openNodeDetector(values);
  const results: PosesOfFile[] = [];
  const failures: string[] = [];
  try {
    for (const [i, file] of files.entries()) {
      try {
        results.push(await posesOf(file, detector, { flip, scales }, drawings[i]));
      } catch (error) {
        if (!(error instanceof ManyposeError && OF_ONE_PICTURE.includes(error.code))) throw error;
        failures.push(error.message.startsWith(file) ? error.message : `${file}: ${error.message}`);
      }
    }
  } finally {
    detector.dispose();
    // Whatever happened, what was found is kept, and what failed is told.
    if (json !== undefined && results.length > 0) {
      await writeOutput(json, `${JSON.stringify(results, null, 2)}\n`);
    }
    if (failures.length > 0) {
      console.error(
        `${failures.length} of ${files.length} pictures failed:\n${failures.map((failure) => `  ${printable(failure, 1000)}`).join('\n')}`,
      );
    }
  }
  return failures.length === 0 ? 0 : 1;
}

async function posesOf(
  file: string,
  detector: Detector,
  config: EstimationConfig,
  drawings: readonly Drawing[],
): Promise<PosesOfFile> {
  const { pixels, canvas, context } = await readPhoto(file);
  const { width, height } = pixels;
  const poses = await detector.estimatePoses(pixels, config);
  console.log(
    `${printable(file)}: ${poses.length} ${poses.length === 1 ? 'person' : 'people'}, ${Math.round(detector.info.timings.total)} ms`,
  );
  // A copy of the photo to draw each view on is only for those that are drawn.
  if (drawings.length > 0) {
    const inside = lookInside(drawings.map(({ view }) => view));
    const seen: Seen = { poses, inspection: inside ? await detector.inspect(pixels) : undefined };
    const photo = context.getImageData(0, 0, width, height);
    for (const { view, path } of drawings) {
      context.putImageData(photo, 0, 0);
      drawView(context, view, seen);
      await writeOutput(path, await canvas.encode('png'));
    }
  }
  return { file, width, height, poses };
}

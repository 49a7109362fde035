import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations } from '../evaluation/annotations.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import type { CocoResult } from '../evaluation/coco-results.ts';
import { cocoResults, parseResults } from '../evaluation/coco-results.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { MAX_DETECTIONS } from '../evaluation/rules.ts';
import { scoreTable } from '../evaluation/score-table.ts';
import type { NodeDetectorOptions } from './node-detector.ts';
import { openNodeDetector } from './node-detector.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { readPhoto } from './photo.ts';
import { readJson } from './read-json.ts';

export const EVALUATE_USAGE = `manypose evaluate --annotations FILE --photos DIR [--model DIR] [--size S] [--flip] [--runtime ${RUNTIME_CHOICES}] [--results OUT] [--limit N]
       manypose evaluate --annotations FILE --detections FILE [--limit N]

Finds people's poses in annotated photos, or reads poses found before, and prints COCO's or CrowdPose's scores.
  --annotations FILE  people's keypoints in COCO's format: person_keypoints_val2017.json, crowdpose_test.json
  --photos DIR        where the annotations' files are
  --detections FILE   instead of looking for poses, score these, in COCO's results format
  --model DIR         a converted model; the package's own if left out
  --size S            shorter side of the network's input in pixels, a multiple of 32
  --flip              average with the mirrored picture: twice the time, a little better
  --runtime NAME      what runs the network; default auto: WebGPU on a GPU, else the CPU
  --results OUT       write what was found in COCO's results format, after every photo
  --limit N           only the N photos of the lowest ids`;

interface SearchOptions extends NodeDetectorOptions {
  /** Folder of the annotations' photos. */
  readonly photos: string;
  readonly flip: boolean;
  /** File for the results. */
  readonly results?: string;
}

/** `manypose evaluate`. */
export async function evaluateCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      annotations: { type: 'string' }, photos: { type: 'string' }, detections: { type: 'string' },
      model: { type: 'string' }, size: { type: 'string' }, flip: { type: 'boolean', default: false }, runtime: { type: 'string' },
      results: { type: 'string' }, limit: { type: 'string' },
    },
  });
  const { annotations: annotationFile, photos, detections: detectionFile, limit } = values;
  if (annotationFile === undefined || (photos === undefined) === (detectionFile === undefined)) {
    throw new ManyposeError('invalid-argument', `--annotations and one of --photos and --detections are needed\n\n${EVALUATE_USAGE}`);
  }
  const count = limit === undefined ? Infinity : Number(limit);
  if (count !== Infinity && !(Number.isInteger(count) && count > 0)) {
    throw new ManyposeError('invalid-argument', `--limit must be a whole number from 1, got ${limit}`);
  }
  const all = await readJson(annotationFile, parseAnnotations);
  const annotations = { ...all, images: all.images.slice(0, count) };
  const detections = photos === undefined
    ? await readJson(detectionFile!, (json) => parseResults(json, all))
    : parseResults(await findPoses(annotations, { ...values, photos }), all);
  const photoCount = annotations.images.length;
  console.log(`${photoCount} ${photoCount === 1 ? 'photo' : 'photos'}\n${scoreTable(evaluate(annotations, detections))}`);
}

/** Runs a detector on all photos. */
async function findPoses({ images, keypointSet, categoryId }: Annotations, options: SearchOptions): Promise<CocoResult[]> {
  const detector = await openNodeDetector(options);
  try {
    if (detector.keypointSet.id !== keypointSet.id) {
      throw new ManyposeError(
        'invalid-argument', `the model finds ${detector.keypointSet.id}'s keypoints, the annotations are of ${keypointSet.id}'s`,
      );
    }
    const found: CocoResult[] = [];
    let networkMs = 0;
    for (const [i, { id, fileName }] of images.entries()) {
      if (fileName === undefined) throw new ManyposeError('invalid-annotations', `images: no file_name of image ${id}, so that its photo cannot be found`);
      const { pixels } = await readPhoto(join(options.photos, fileName));
      // The curves go down to the least sure pose.
      const poses = await detector.estimatePoses(pixels, { flip: options.flip, maxPoses: MAX_DETECTIONS, scoreThreshold: -Number.MAX_VALUE });
      const { network } = detector.info.timings;
      networkMs += network;
      found.push(...cocoResults(id, poses, categoryId));
      if (options.results !== undefined) await writeFile(options.results, JSON.stringify(found));
      console.log(`${i + 1}/${images.length} ${fileName}: ${poses.length} ${poses.length === 1 ? 'pose' : 'poses'}, network ${Math.round(network)} ms`);
    }
    console.log(`network ${Math.round(networkMs / images.length)} ms per photo on ${detector.info.adapter}`);
    return found;
  } finally {
    detector.dispose();
  }
}

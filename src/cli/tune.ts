import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations, Detection, Id } from '../evaluation/annotations.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { titledScoreTable } from '../evaluation/score-table.ts';
import { shownPeople } from '../evaluation/shown-people.ts';
import type { DecodingRules, Distance } from '../network/decoding-rules.ts';
import { printable } from '../printable.ts';
import { photoFiles, pixelsOf } from './evaluation/photos.ts';
import type { Decoding, LookerOptions, Scheme } from './evaluation/looks.ts';
import { openLooker } from './evaluation/looks.ts';
import { scalesOf, schemesOf, schemeTitle, sizesOf } from './evaluation/schemes.ts';
import { checkKeypoints } from './evaluation/search.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { countOf } from './numbers.ts';
import { checkOutputs, writeOutput } from './outputs.ts';
import { createProgress } from './progress.ts';
import { readJson } from './read-json.ts';
import { textTable } from './text-table.ts';

/** The model's own rules. */
const OWN = 'own rules';
const THRESHOLDS = '0.01,0.02,0.03,0.05,0.07,0.1,0.15,0.2,0.3';

export const TUNE_USAGE = `manypose tune --annotations FILE --photos DIR [--sizes LIST] [--scales LIST ...] [--flip] [--reach LIST] [--spread LIST]
                     [--duplicates LIST] [--other-scales LIST] [--thresholds LIST] [--model DIR] [--runtime ${RUNTIME_CHOICES}] [--threads N]
                     [--maps DIR] [--limit N] [--json OUT] [--force]

Decodes a network's maps in many ways and scores each, to choose one: on photos that neither the network has learned from
nor anyone is going to judge it by. One rule at a time differs from the model's own.
  --annotations FILE   people's keypoints in COCO's format
  --photos DIR         where the annotations' files are
  --sizes LIST         shorter sides of the network's input, with commas between; the model's own if left out
  --scales LIST        sizes at which the network runs, relative to that; may be given several times; default 1
  --flip               average with the mirrored picture
  --reach LIST         how far a keypoint takes a heatmap peak from: in input pixels: 50,75,100
  --spread LIST        take the peak of most heat and nearness, which falls off over a part of the pose's diagonal: 0.1, 0.2; 0 takes the nearest
  --duplicates LIST    how near keypoints of two poses of one person lie: input pixels (10), or a part of the pose's diagonal (10%)
  --other-scales LIST  how the best person of another scale ranks beside scale 1's best: 0.001, ..., 1
  --thresholds LIST    scores from which on a person is shown, whose precision and recall are listed; default ${THRESHOLDS}
  --model DIR          a converted model; the package's own if left out
  --runtime NAME       what runs the network; default auto: WebGPU on a GPU, else the CPU
  --threads N          of WebAssembly; as many as there are cores, up to 8, if left out
  --maps DIR           keep the network's maps there, and take them from there: decoding alone takes little time
  --limit N            only the N photos of the lowest ids
  --json OUT           all numbers
  --force              replace the file of --json`;

/** A way to decode, and what its poses are. */
interface Variant {
  readonly title: string;
  readonly decoding: Decoding;
}

/** `manypose tune`. */
export async function tuneCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      annotations: { type: 'string' },
      photos: { type: 'string' },
      sizes: { type: 'string' },
      scales: { type: 'string', multiple: true, default: ['1'] },
      flip: { type: 'boolean', default: false },
      reach: { type: 'string' },
      spread: { type: 'string' },
      duplicates: { type: 'string' },
      'other-scales': { type: 'string' },
      thresholds: { type: 'string', default: THRESHOLDS },
      model: { type: 'string' },
      runtime: { type: 'string' },
      threads: { type: 'string' },
      maps: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { annotations: annotationFile, photos, json, force } = values;
  if (annotationFile === undefined || photos === undefined)
    throw new ManyposeError('invalid-argument', `--annotations and --photos are needed\n\n${TUNE_USAGE}`);
  const thresholds = numbersOf('thresholds', values.thresholds);
  const sizes = values.sizes === undefined ? undefined : sizesOf(values.sizes);
  const scales = values.scales.map(scalesOf);
  const options = { ...values, threads: countOf('threads', values.threads, 1) };
  const limit = countOf('limit', values.limit, 1);
  const changes = {
    reach: numbersOf('reach', values.reach),
    spread: numbersOf('spread', values.spread),
    duplicates: distancesOf('duplicates', values.duplicates),
    otherScales: numbersOf('other-scales', values['other-scales']),
  };
  const outputs = json === undefined ? [] : [json];
  await checkOutputs(outputs, { inputs: [annotationFile], force });
  const all = await readJson(annotationFile, parseAnnotations);
  await checkOutputs(outputs, { inputs: photoFiles(all.images, photos), force });
  const annotations = { ...all, images: all.images.slice(0, limit) };

  const tables = await findAll(annotations, photos, options, (own, inputSize) => ({
    schemes: schemesOf(sizes ?? [inputSize], scales, [values.flip]),
    variants: variantsOf(own, changes),
  }));
  const count = annotations.images.length;
  console.log(`${count} ${count === 1 ? 'photo' : 'photos'}`);
  const report = tables.map(({ scheme, found }) => {
    const rows = [...found].map(([title, detections]) => ({ title, scores: evaluate(annotations, detections) }));
    const shown = shownPeople(annotations, found.get(OWN)!, thresholds);
    console.log(`\n${scheme.inputSize}, ${schemeTitle(scheme.scales.join(), scheme.flip)}`);
    console.log(titledScoreTable(rows));
    console.log(
      textTable([
        ['Shown from', 'poses', 'right', 'precision', 'recall'],
        ...shown.map(({ threshold, shown: poses, right, precision, recall }) => [
          String(threshold),
          String(poses),
          String(right),
          precision.toFixed(3),
          recall.toFixed(3),
        ]),
      ]),
    );
    return { scheme, variants: rows, shown };
  });
  if (json !== undefined) await writeOutput(json, `${JSON.stringify({ photos: count, schemes: report }, undefined, 1)}\n`);
}

interface Changes {
  readonly reach: readonly number[];
  readonly spread: readonly number[];
  readonly duplicates: readonly Distance[];
  readonly otherScales: readonly number[];
}

function variantsOf(own: DecodingRules, { reach, spread, duplicates, otherScales }: Changes): Variant[] {
  const changed = (title: string, rules: Partial<DecodingRules>): Variant => ({ title, decoding: { rules } });
  return [
    { title: OWN, decoding: {} },
    ...reach.map((each) => changed(`reach ${each} px`, { reach: each })),
    ...spread.map((each) => changed(`spread ${each}`, { spread: each })),
    ...duplicates.map((within) => changed(`duplicates ${distanceName(within)}`, { duplicates: { ...own.duplicates, within } })),
    ...otherScales.map((factor) => changed(`other scales ${factor}`, { otherScales: { ...own.otherScales, factor } })),
  ];
}

type FoundBy = Map<string, Map<Id, readonly Detection[]>>;

/** Decodes every photo in every way. */
async function findAll(
  annotations: Annotations,
  folder: string,
  options: LookerOptions,
  plan: (own: DecodingRules, inputSize: number) => { schemes: readonly Scheme[]; variants: readonly Variant[] },
): Promise<{ scheme: Scheme; found: FoundBy }[]> {
  const looker = await openLooker(options);
  const { images, keypointSet } = annotations;
  const progress = createProgress(images.length);
  try {
    checkKeypoints(looker.model, keypointSet.id);
    const { schemes, variants } = plan(looker.network.decoding, looker.model.inputSize);
    const tables = schemes.map((scheme) => ({
      scheme,
      found: new Map(variants.map(({ title }) => [title, new Map<Id, readonly Detection[]>()])) satisfies FoundBy,
    }));
    for (const image of images) {
      const photo = looker.lookAt(await pixelsOf(image, folder), image.people);
      for (const { scheme, found } of tables) {
        for (const { title, decoding } of variants) {
          const { final = [] } = await photo.find(scheme, decoding, ['final']);
          found.get(title)!.set(image.id, final);
        }
      }
      progress.step(printable(image.fileName ?? String(image.id)), `decoded in ${schemes.length * variants.length} ways`);
    }
    return tables;
  } finally {
    progress.end();
    looker.dispose();
  }
}

/** @throws ManyposeError `invalid-argument`. */
function numbersOf(option: string, list: string | undefined): number[] {
  if (list === undefined) return [];
  const numbers = list.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (numbers.every((number) => Number.isFinite(number) && number >= 0)) return numbers;
  throw new ManyposeError('invalid-argument', `--${option} must be numbers from 0 with commas between, got ${list}`);
}

/** @throws ManyposeError `invalid-argument`. */
function distancesOf(option: string, list: string | undefined): Distance[] {
  if (list === undefined) return [];
  return list.split(',').map((part) => {
    const [, number, percent] = /^\s*(\d+(?:\.\d+)?)(%?)\s*$/.exec(part) ?? [];
    if (number === undefined)
      throw new ManyposeError(
        'invalid-argument',
        `--${option} must be pixels (10) or parts of a pose's diagonal (10%), got ${list}`,
      );
    return percent ? { ofDiagonal: Number(number) / 100 } : { pixels: Number(number) };
  });
}

function distanceName(distance: Distance): string {
  return 'pixels' in distance ? `${distance.pixels} px` : `${Number((100 * distance.ofDiagonal).toFixed(6))} %`;
}

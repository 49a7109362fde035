import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations } from '../evaluation/annotations.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { parseResults } from '../evaluation/coco-results.ts';
import type { Scores } from '../evaluation/evaluate.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { NetworkSwitches } from '../model/ablate.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import type { Look } from './evaluation/find-in-photos.ts';
import { findInPhotos } from './evaluation/find-in-photos.ts';
import type { LookerOptions } from './evaluation/looks.ts';
import { openLooker } from './evaluation/looks.ts';
import { photoFiles } from './evaluation/photos.ts';
import { qualitiesNamed } from './evaluation/qualities.ts';
import { sizesOf } from './evaluation/schemes.ts';
import { checkKeypoints } from './evaluation/search.ts';
import type { StoredResults } from './evaluation/stored-results.ts';
import { openResults, settingsOf } from './evaluation/stored-results.ts';
import { readManifest, sha256, weightsIdentity } from './evaluation/weights-identity.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { countOf } from './numbers.ts';
import { checkFolder, checkOutputs, writeOutput } from './outputs.ts';
import { readJson } from './read-json.ts';
import { textTable } from './text-table.ts';

export const ABLATE_USAGE = `manypose ablate --annotations FILE --photos DIR [--model DIR] [--size S] [--runtime ${RUNTIME_CHOICES}] [--threads N]
                       [--results DIR] [--maps DIR] [--limit N] [--json OUT] [--force]

Shows what each part is worth, as the paper's Table 4 does: average precision of regressed poses, of heatmaps and of final
poses, with parts of the network and of decoding switched off at inference. Nothing is trained anew without them, as it
was for the paper's table: a network that has learned with a part misses it more.
  --annotations FILE  people's keypoints in COCO's format
  --photos DIR        where the annotations' files are
  --model DIR         a converted model; the package's own if left out
  --size S            shorter side of the network's input in pixels, a multiple of 32
  --runtime NAME      what runs the network; default auto: WebGPU on a GPU, else the CPU
  --threads N         of WebAssembly; as many as there are cores, up to 8, if left out
  --results DIR       keep what was found there; photos that are done already are not looked at again
  --maps DIR          keep the network's maps there, and take them from there
  --limit N           only the N photos of the lowest ids
  --json OUT          all scores
  --force             replace the file of --json`;

const QUALITIES = qualitiesNamed('regression,heatmap,final');

/** What is switched on. */
interface Row {
  readonly guidance: boolean;
  readonly adaptive: boolean;
  readonly grouping: boolean;
  readonly scoring: boolean;
}

/** What is on, and the scores of each quality. */
type ScoredRow = Row & { readonly scores: Readonly<Record<string, Scores>> };

/** `manypose ablate`. */
export async function ablateCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      annotations: { type: 'string' },
      photos: { type: 'string' },
      model: { type: 'string' },
      size: { type: 'string' },
      runtime: { type: 'string' },
      threads: { type: 'string' },
      results: { type: 'string' },
      maps: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { annotations: annotationFile, photos, results, json, force } = values;
  if (annotationFile === undefined || photos === undefined)
    throw new ManyposeError('invalid-argument', `--annotations and --photos are needed\n\n${ABLATE_USAGE}`);
  const size = values.size === undefined ? undefined : sizesOf(values.size)[0];
  const threads = countOf('threads', values.threads, 1);
  const limit = countOf('limit', values.limit, 1);
  const outputs = json === undefined ? [] : [json];
  await checkOutputs(outputs, { inputs: [annotationFile], force });
  if (results !== undefined) await checkFolder(results);
  const all = await readJson(annotationFile, parseAnnotations);
  await checkOutputs(outputs, { inputs: photoFiles(all.images, photos), force });
  const annotations = { ...all, images: all.images.slice(0, limit) };

  const { model } = await readManifest(values.model);
  checkKeypoints(model, annotations.keypointSet.id);
  const inputSize = size ?? model.inputSize;
  const rows: ScoredRow[] = [];
  for (const adaptive of [false, true]) {
    for (const guidance of isGuided(model) ? [false, true] : [false]) {
      const options = { ...values, annotationFile, photos, size: inputSize, threads };
      rows.push(...(await scoreNetwork(annotations, { guidance, adaptive }, options)));
    }
  }
  const count = annotations.images.length;
  console.log(
    `${model.id} at ${inputSize}, ${count} ${count === 1 ? 'photo' : 'photos'}. Switched off at inference, not retrained:`,
  );
  console.log(tableOf(rows));
  if (json !== undefined) {
    const report = { model: model.id, size: inputSize, photos: count, how: 'switched off at inference, not retrained', rows };
    await writeOutput(json, `${JSON.stringify(report, undefined, 1)}\n`);
  }
}

interface NetworkOptions extends LookerOptions {
  readonly annotationFile: string;
  readonly photos: string;
  readonly results?: string;
  readonly size: number;
}

/** Runs a network, with parts of it switched off, on all photos, and decodes its maps in every way there is. */
async function scoreNetwork(
  annotations: Annotations,
  switches: Required<NetworkSwitches>,
  { annotationFile, photos, results, size, ...options }: NetworkOptions,
): Promise<ScoredRow[]> {
  const looker = await openLooker({ ...options, ...switches });
  try {
    const { model, network, adapter } = looker;
    const scheme = { inputSize: size, scales: [1], flip: false };
    const grouping = network.decoding.placing === 'peaks';
    const isWhole = switches.adaptive && switches.guidance === isGuided(model);
    const rows: Row[] = [
      ...(isWhole && grouping ? [{ ...switches, grouping: false, scoring: false }] : []),
      { ...switches, grouping, scoring: false },
      ...(isWhole && looker.hasScorer ? [{ ...switches, grouping, scoring: true }] : []),
    ];
    const identity = {
      model,
      weights: await weightsIdentity(options.model),
      annotations: sha256(await readFile(annotationFile)),
    };
    const looks: Look[] = [];
    const stored: StoredResults[] = [];
    for (const row of rows) {
      const decoding = { grouping: row.grouping, scoring: row.scoring };
      const settings = settingsOf({ ...identity, scheme, rules: network.decoding, decoding, switches, qualities: QUALITIES });
      const path = results === undefined ? undefined : join(results, `${scheme.inputSize}-${nameOf(row)}.json`);
      const opened = await openResults(settings, {
        path,
        resume: path !== undefined,
        force: false,
        qualities: QUALITIES,
        categoryId: annotations.categoryId,
        adapter,
      });
      stored.push(opened);
      looks.push({ scheme, decoding, qualities: QUALITIES, results: opened });
    }
    console.log(`The network ${titleOf(switches)}`);
    await findInPhotos(looker, annotations.images, photos, looks);
    const ids = new Set(annotations.images.map(({ id }) => id));
    return rows.map((row, i): ScoredRow => {
      const scores = QUALITIES.map((quality) => {
        const own = stored[i].results(quality).filter((result) => ids.has(result.image_id));
        return [quality, evaluate(annotations, parseResults(own, annotations))];
      });
      return { ...row, scores: Object.fromEntries(scores) as ScoredRow['scores'] };
    });
  } finally {
    looker.dispose();
  }
}

/** Whether heatmaps guide the network's regression at all. */
function isGuided(model: ModelDescriptor): boolean {
  return model.architecture !== 'dekr' && model.heatmapGuidance !== false;
}

/** In a file's name: what is on. */
function nameOf(row: Row): string {
  const on = (['guidance', 'adaptive', 'grouping', 'scoring'] as const).filter((part) => row[part]);
  return on.join('-') || 'plain';
}

function titleOf({ guidance, adaptive }: Required<NetworkSwitches>): string {
  const off = [...(guidance ? [] : ['heatmap guidance']), ...(adaptive ? [] : ['adaptive representation'])];
  return off.length === 0 ? 'as it is' : `without ${off.join(' and ')}`;
}

function tableOf(rows: readonly ScoredRow[]): string {
  const mark = (on: boolean): string => (on ? '✓' : '');
  const titles = ['Heatmap guidance', 'Adaptive representation', 'Grouping', 'Scoring'];
  return textTable([
    [...titles, 'Regression quality', 'Heatmap quality', '(strict)', 'Final quality'],
    ...rows.map(({ guidance, adaptive, grouping, scoring, scores }) => [
      ...[guidance, adaptive, grouping, scoring].map(mark),
      ...QUALITIES.map((quality) => scores[quality].AP?.toFixed(3) ?? '–'),
    ]),
  ]);
}

import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations, Id } from '../evaluation/annotations.ts';
import { frontierChart } from '../evaluation/charts/frontier-chart.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { parseResults } from '../evaluation/coco-results.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { FrontierPoint } from '../evaluation/frontier.ts';
import { COSTS, frontierOf } from '../evaluation/frontier.ts';
import { runSchemes } from './evaluation/frontier-runs.ts';
import { median } from './evaluation/pass-times.ts';
import { photoFiles } from './evaluation/photos.ts';
import { scalesOf, schemesOf, schemeTitle, sizesOf, USUAL_SCALES } from './evaluation/schemes.ts';
import type { DonePhoto, RunSettings } from './evaluation/stored-results.ts';
import { readStoredRun } from './evaluation/stored-results.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { countOf } from './numbers.ts';
import { checkOutputs, writeOutput } from './outputs.ts';
import { readJson } from './read-json.ts';
import { textTable } from './text-table.ts';

const SIZES = '192,256,320,384,512,640';
const MOST = 300;
const TIMED = 3;

export const FRONTIER_USAGE = `manypose frontier --annotations FILE --photos DIR --results DIR [--sizes LIST] [--scales LIST ...] [--no-flip] [--most N]
                         [--model DIR] [--runtime ${RUNTIME_CHOICES}] [--threads N] [--maps DIR] [--timed N] [--limit N]
                         [--chart OUT.svg] [--json OUT.json] [--force]
       manypose frontier --annotations FILE [--limit N] [--chart OUT.svg] [--json OUT.json] [--force] RESULTS ...

Shows what accuracy costs: average precision beside multiply-adds and time, for sizes, scales and flip in all combinations,
or of runs of 'manypose evaluate' on the same photos. A * marks those that nothing beats: all others cost more or find less.
Each pass of the network runs once, whichever combinations it serves.
  --annotations FILE  people's keypoints in COCO's format
  --photos DIR        where the annotations' files are
  --results DIR       where the runs are kept, one for each combination; those that are there already go on from where they are
  --sizes LIST        shorter sides of the network's input, with commas between; default ${SIZES}
  --scales LIST       sizes at which the network runs, relative to that; may be given several times; default ${USUAL_SCALES.join(', ')}
  --no-flip           leave the mirrored picture out, which is averaged with in every second combination
  --most N            leave out what takes more than N · 10⁹ multiply-adds for a photo of 4:3; default ${MOST}
  --model DIR         a converted model; the package's own if left out
  --runtime NAME      what runs the network; default auto: WebGPU on a GPU, else the CPU
  --threads N         of WebAssembly; as many as there are cores, up to 8, if left out
  --maps DIR          keep the network's maps there (1 MB for a photo at 256), to decode them otherwise by 'manypose tune'
  --timed N           measure times on their own, at the end, with N photos' inputs; default ${TIMED}. 0: leave times out
  --limit N           only the N photos of the lowest ids
  RESULTS ...         instead, what 'manypose evaluate --results' wrote; each NAME.run.json lies beside its NAME.json
  --chart OUT.svg     draw it
  --json OUT.json     the numbers
  --force             replace files that are there`;

interface Run {
  readonly point: FrontierPoint;
  readonly adapter: string;
  readonly photos: readonly DonePhoto[];
}

/** `manypose frontier`. */
export async function frontierCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      annotations: { type: 'string' },
      photos: { type: 'string' },
      results: { type: 'string' },
      sizes: { type: 'string', default: SIZES },
      scales: { type: 'string', multiple: true, default: USUAL_SCALES },
      'no-flip': { type: 'boolean', default: false },
      most: { type: 'string', default: String(MOST) },
      model: { type: 'string' },
      runtime: { type: 'string' },
      threads: { type: 'string' },
      maps: { type: 'string' },
      timed: { type: 'string', default: String(TIMED) },
      limit: { type: 'string' },
      chart: { type: 'string' },
      json: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { annotations: annotationFile, photos, results, chart, json, force } = values;
  const isRun = photos !== undefined && results !== undefined && positionals.length === 0;
  const isRead = photos === undefined && results === undefined && positionals.length > 0;
  if (annotationFile === undefined || (!isRun && !isRead)) {
    throw new ManyposeError(
      'invalid-argument',
      `--annotations are needed, and either --photos with --results or results of runs\n\n${FRONTIER_USAGE}`,
    );
  }
  const limit = countOf('limit', values.limit, 1);
  const schemes = schemesOf(sizesOf(values.sizes), values.scales.map(scalesOf), values['no-flip'] ? [false] : [false, true]);
  const most = countOf('most', values.most, 1)! * 1e9;
  const timed = countOf('timed', values.timed, 0)!;
  const threads = countOf('threads', values.threads, 1);
  const outputs = [chart, json].filter((path) => path !== undefined);
  await checkOutputs(outputs, { inputs: [annotationFile, ...positionals], force });

  const all = await readJson(annotationFile, parseAnnotations);
  if (photos !== undefined) await checkOutputs(outputs, { inputs: photoFiles(all.images, photos), force });
  const annotations = { ...all, images: all.images.slice(0, limit) };
  const { paths, times, leftOut } =
    isRun && photos !== undefined && results !== undefined
      ? await runSchemes({ ...values, annotations, annotationFile, photos, results, schemes, most, timed, threads })
      : { paths: positionals, times: undefined, leftOut: [] };
  const runs: Run[] = [];
  for (const path of paths) {
    const run = await readPoint(path, annotations);
    // Of a long run the machine was busy with other things: times are those that were measured alone.
    runs.push(times ? { ...run, point: { ...run.point, milliseconds: times.get(path) ?? null } } : run);
  }
  if (runs.length === 0) throw new ManyposeError('invalid-argument', `all takes more than --most ${values.most}`);
  checkSamePhotos(runs, paths);
  if (leftOut.length > 0) {
    const names = leftOut.map(({ inputSize, scales, flip }) => `${inputSize} · ${schemeTitle(scales.join(), flip)}`);
    console.log(`Left out, above ${values.most} · 10⁹ multiply-adds: ${names.join('; ')}`);
  }

  const points = runs.map(({ point }) => point);
  const unbeaten = { multiplyAdds: frontierOf(points, COSTS.multiplyAdds), milliseconds: frontierOf(points, COSTS.milliseconds) };
  const photoCount = runs[0].photos.length;
  console.log(`${photoCount} ${photoCount === 1 ? 'photo' : 'photos'}`);
  console.log(tableOf(points, unbeaten));
  const machine = [...new Set(runs.map(({ adapter }) => adapter))].join('; ');
  if (chart !== undefined) await writeOutput(chart, frontierChart(points, machine));
  if (json !== undefined) {
    const listed = points.map((point) => ({
      ...point,
      frontier: { multiplyAdds: unbeaten.multiplyAdds.includes(point), milliseconds: unbeaten.milliseconds.includes(point) },
    }));
    await writeOutput(json, `${JSON.stringify({ photos: photoCount, machine, points: listed }, undefined, 1)}\n`);
  }
}

/** @param all of which the run's photos count. */
async function readPoint(path: string, all: Annotations): Promise<Run> {
  const { settings, photos: done, results, adapter = 'unknown' } = await readStoredRun(path);
  const ids = new Set<Id>(done.map(({ id }) => id));
  const annotations = { ...all, images: all.images.filter(({ id }) => ids.has(id)) };
  const asked = new Set<Id>(annotations.images.map(({ id }) => id));
  const photos = done.filter(({ id }) => asked.has(id));
  const { AP } = evaluate(
    annotations,
    parseResults(
      results.filter((result) => asked.has(result.image_id)),
      annotations,
    ),
  );
  const costs = photos.map(({ multiplyAdds }) => multiplyAdds);
  if (AP === null || AP === undefined || costs.length === 0)
    throw new ManyposeError('invalid-annotations', `${path}: its photos hold nobody to find`);
  if (costs.includes(undefined))
    throw new ManyposeError(
      'invalid-annotations',
      `${path} does not say what its photos cost: it was written by an earlier version`,
    );
  return {
    point: {
      ...namesOf(settings),
      averagePrecision: AP,
      multiplyAdds: (costs as number[]).reduce((sum, cost) => sum + cost, 0) / costs.length,
      milliseconds: medianOf(photos.map(({ network }) => network)),
    },
    adapter,
    photos,
  };
}

/** How results were found, in words: the scheme, and with the size before it. */
function namesOf({ model, size, scales, flip, refine }: RunSettings): { name: string; series: string } {
  const series = `${model}, ${schemeTitle(String(scales), flip === true)}${refine === false ? ', unrefined' : ''}`;
  return { name: `${size} · ${series}`, series };
}

function checkSamePhotos(runs: readonly Run[], paths: readonly string[]): void {
  const idsOf = ({ photos }: Run): string =>
    photos
      .map(({ id }) => String(id))
      .sort()
      .join();
  const other = runs.findIndex((run) => idsOf(run) !== idsOf(runs[0]));
  if (other > 0)
    throw new ManyposeError('invalid-argument', `${paths[other]} is of other photos than ${paths[0]}: they cannot be compared`);
}

/** null where a photo was not measured. */
function medianOf(values: readonly (number | undefined)[]): number | null {
  return values.some((value) => value === undefined) ? null : median(values as number[]);
}

type Unbeaten = Readonly<Record<keyof typeof COSTS, readonly FrontierPoint[]>>;

function tableOf(points: readonly FrontierPoint[], unbeaten: Unbeaten): string {
  const mark = (name: keyof Unbeaten, point: FrontierPoint): string => (unbeaten[name].includes(point) ? ' *' : '  ');
  const rows = [...points]
    .sort((a, b) => a.multiplyAdds - b.multiplyAdds)
    .map((point) => [
      point.name,
      point.averagePrecision.toFixed(3),
      (point.multiplyAdds / 1e9).toFixed(1) + mark('multiplyAdds', point),
      (point.milliseconds === null ? '–' : point.milliseconds.toFixed(0)) + mark('milliseconds', point),
    ]);
  return textTable([['', 'AP', '10⁹ multiply-adds  ', 'ms  '], ...rows]);
}

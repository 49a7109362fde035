import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations, Id } from '../evaluation/annotations.ts';
import { frontierChart } from '../evaluation/charts/frontier-chart.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { parseResults } from '../evaluation/coco-results.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { FrontierPoint } from '../evaluation/frontier.ts';
import { COSTS, frontierOf } from '../evaluation/frontier.ts';
import type { DonePhoto, RunSettings } from './evaluation/stored-results.ts';
import { readStoredRun } from './evaluation/stored-results.ts';
import { checkOutputs, writeOutput } from './outputs.ts';
import { readJson } from './read-json.ts';
import { textTable } from './text-table.ts';

export const FRONTIER_USAGE = `manypose frontier --annotations FILE [--chart OUT.svg] [--json OUT.json] [--force] RESULTS ...

Shows what accuracy costs: average precision beside multiply-adds and time of runs of 'manypose evaluate' on the same
photos, each at its size, scales and flip. A * marks those that nothing beats: all others cost more or find less.
  --annotations FILE  people's keypoints in COCO's format, as the runs were given
  RESULTS ...         what 'manypose evaluate --results' wrote; each NAME.run.json lies beside its NAME.json
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
      chart: { type: 'string' },
      json: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { annotations: annotationFile, chart, json, force } = values;
  if (annotationFile === undefined || positionals.length === 0)
    throw new ManyposeError('invalid-argument', `--annotations and results are needed\n\n${FRONTIER_USAGE}`);
  const outputs = [chart, json].filter((path) => path !== undefined);
  await checkOutputs(outputs, { inputs: [annotationFile, ...positionals], force });

  const annotations = await readJson(annotationFile, parseAnnotations);
  const runs: Run[] = [];
  for (const path of positionals) runs.push(await readPoint(path, annotations));
  checkSamePhotos(runs, positionals);

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

async function readPoint(path: string, all: Annotations): Promise<Run> {
  const { settings, photos, results, adapter = 'unknown' } = await readStoredRun(path);
  const ids = new Set<Id>(photos.map(({ id }) => id));
  const annotations = { ...all, images: all.images.filter(({ id }) => ids.has(id)) };
  const { AP } = evaluate(annotations, parseResults(results, all));
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
      milliseconds: median(photos.map(({ network }) => network)),
    },
    adapter,
    photos,
  };
}

/** How results were found, in words: the scheme, and with the size before it. */
function namesOf({ model, size, scales, flip, refine }: RunSettings): { name: string; series: string } {
  const schemes = [
    scales === '1' ? 'one scale' : `scales ${scales}`,
    ...(flip ? ['flip'] : []),
    ...(refine === false ? ['unrefined'] : []),
  ];
  const series = `${model}, ${schemes.join(', ')}`;
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

function median(values: readonly (number | undefined)[]): number | null {
  if (values.some((value) => value === undefined)) return null;
  const sorted = [...(values as number[])].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
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

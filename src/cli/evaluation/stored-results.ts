import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ManyposeError, messageOf } from '../../errors.ts';
import type { Detection, Id } from '../../evaluation/annotations.ts';
import type { CocoResult } from '../../evaluation/coco-results.ts';
import type { NetworkSwitches } from '../../model/ablate.ts';
import type { DecodingRules } from '../../network/decoding-rules.ts';
import type { ModelDescriptor } from '../../network/descriptor.ts';
import { writeOutput } from '../outputs.ts';
import type { Decoding, Scheme } from './looks.ts';
import type { QualityName } from './qualities.ts';

/** All that results depend on, in words that a message can show. */
export type RunSettings = Readonly<Record<string, string | number | boolean>>;

/** What results were found by. */
export interface FoundBy {
  readonly model: Pick<ModelDescriptor, 'id'>;
  /** `weightsIdentity` of the model. */
  readonly weights: string;
  readonly scheme: Scheme;
  /** The network's, before what `decoding` changes. */
  readonly rules: DecodingRules;
  readonly decoding?: Decoding;
  /** Parts of the network. */
  readonly switches?: NetworkSwitches;
  readonly qualities: readonly QualityName[];
  /** Hash of the annotations' file. */
  readonly annotations: string;
}

/** That as settings: what is as it usually is goes without saying. */
export function settingsOf(by: FoundBy): RunSettings {
  const { model, weights, scheme, rules, decoding = {}, switches = {}, qualities, annotations } = by;
  const { refine = true, grouping = true, scoring = true, rules: changed } = decoding;
  const off = Object.entries({ ...switches, grouping, scoring }).filter(([, on]) => on === false);
  return {
    model: model.id,
    weights,
    size: scheme.inputSize,
    flip: scheme.flip,
    scales: [...scheme.scales].sort((a, b) => a - b).join(),
    refine,
    rules: JSON.stringify({ ...rules, ...changed }),
    quality: qualities.join(),
    annotations,
    ...Object.fromEntries(off),
  };
}

/** What finding the people of one photo took. */
export interface PhotoCost {
  /** Of the network, in milliseconds. */
  readonly network: number;
  /** Of the network, all its passes together. */
  readonly multiplyAdds: number;
}

/** A photo that was done, with how many results of each quality it has. */
export interface DonePhoto extends Partial<PhotoCost> {
  readonly id: Id;
  readonly counts: Readonly<Partial<Record<QualityName, number>>>;
}

/** What a run was, and how far it came. */
export interface RunFile {
  readonly settings: RunSettings;
  readonly photos: readonly DonePhoto[];
  /** What ran the network, in words; the last one, of a run that went on. */
  readonly adapter?: string;
}

export interface StoreOptions {
  /** File of the final poses; other qualities' have their name before the ending. Without it nothing is written. */
  readonly path?: string;
  /** Go on from the results that are there, if any. */
  readonly resume: boolean;
  /** Replace results that are there. */
  readonly force: boolean;
  readonly qualities: readonly QualityName[];
  readonly categoryId: number;
  /** What runs the network, in words. */
  readonly adapter: string;
}

/** Results in COCO's format as they are found, kept in files that an interrupted run can go on from. */
export interface StoredResults {
  /** Photos whose results are there. */
  readonly done: ReadonlySet<Id>;
  results(quality: QualityName): readonly CocoResult[];
  /** Takes what was found in one more photo, and writes it: at once, unless writing takes a good part of the time. */
  add(imageId: Id, found: Readonly<Partial<Record<QualityName, readonly Detection[]>>>, cost: PhotoCost): Promise<void>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

/** At most one part in so many of the time goes into writing: each time all is written anew. */
const TIME_PER_WRITING = 20;

/** What can be found out before any work is done: all files that are to be written, and whether any is there. */
export type FileOptions = Pick<StoreOptions, 'path' | 'qualities'>;

/** All files of a run's results. */
export function filesOfResults({ path, qualities }: FileOptions): string[] {
  if (path === undefined) return [];
  const { run, results } = filesOf(path, qualities);
  return [...Object.values(results), run];
}

/** @throws ManyposeError `invalid-argument` where there are results and neither resume nor force is asked for. */
export function checkWhetherResumed(options: FileOptions & Pick<StoreOptions, 'resume' | 'force'>): void {
  const present = filesOfResults(options).find((file) => existsSync(file));
  if (present === undefined || options.resume || options.force) return;
  throw new ManyposeError('invalid-argument', `${present} is there already: --resume goes on from it, --force replaces it`);
}

/**
 * Opens the results of a run, beside which `NAME.run.json` says what they were found with and in which photos.
 *
 * @throws ManyposeError `invalid-argument` for results that were found otherwise than by these settings;
 *   `invalid-annotations` if they are cut off or do not fit together.
 */
export async function openResults(settings: RunSettings, options: StoreOptions): Promise<StoredResults> {
  const { path, resume, qualities, categoryId, adapter } = options;
  const files = path === undefined ? undefined : filesOf(path, qualities);
  const all: Partial<Record<QualityName, CocoResult[]>> = Object.fromEntries(qualities.map((quality) => [quality, []]));
  let photos: DonePhoto[] = [];
  checkWhetherResumed(options);
  if (files && resume && filesOfResults(options).some((file) => existsSync(file))) {
    try {
      photos = [...checkSettings(files.run, await readRun(files.run), settings).photos];
      for (const quality of qualities) all[quality] = await readResults(files.results[quality]!, quality, photos);
    } catch (cause) {
      if (!(cause instanceof ManyposeError) || cause.code !== 'invalid-annotations') throw cause;
      throw new ManyposeError(cause.code, `there is nothing to resume from: ${cause.message} (--force starts anew)`, { cause });
    }
  }
  const done = new Set(photos.map(({ id }) => id));
  let unwritten = false;
  let lastWritten = -Infinity;
  let writing = 0;

  async function flush(): Promise<void> {
    if (!files || !unwritten) return;
    unwritten = false;
    const start = performance.now();
    // Of photos that are not listed yet, results do no harm.
    for (const quality of qualities) await writeOutput(files.results[quality]!, JSON.stringify(all[quality]));
    await writeOutput(files.run, JSON.stringify({ settings, adapter, photos } satisfies RunFile));
    lastWritten = performance.now();
    writing = lastWritten - start;
  }

  return {
    done,
    results: (quality) => all[quality] ?? [],
    async add(imageId, found, cost) {
      for (const quality of qualities) {
        for (const { keypoints, score } of found[quality] ?? [])
          all[quality]!.push({ image_id: imageId, category_id: categoryId, keypoints, score });
      }
      photos.push({
        id: imageId,
        counts: Object.fromEntries(qualities.map((quality) => [quality, found[quality]?.length ?? 0])),
        ...cost,
      });
      done.add(imageId);
      unwritten = true;
      if (performance.now() - lastWritten >= TIME_PER_WRITING * writing) await flush();
    },
    flush,
  };
}

/**
 * A run that was ended, to be looked at again.
 *
 * @param path file of its final poses.
 * @throws ManyposeError `invalid-annotations` if the files are missing, cut off or do not fit together.
 */
export async function readStoredRun(path: string): Promise<RunFile & { readonly results: readonly CocoResult[] }> {
  const { run: file } = filesOf(path, []);
  const run = await readRun(file);
  return { ...run, results: await readResults(path, 'final', run.photos) };
}

function filesOf(
  path: string,
  qualities: readonly QualityName[],
): { run: string; results: Partial<Record<QualityName, string>> } {
  const base = path.replace(/\.json$/i, '');
  return {
    run: `${base}.run.json`,
    results: Object.fromEntries(qualities.map((quality) => [quality, quality === 'final' ? path : `${base}.${quality}.json`])),
  };
}

/** What a run's file says. */
async function readRun(file: string): Promise<RunFile> {
  const run = (await readJson(file)) as Partial<RunFile> | null;
  if (typeof run?.settings !== 'object' || run.settings === null || !Array.isArray(run.photos))
    throw damaged(file, 'it does not say what was run');
  return run as RunFile;
}

function checkSettings(file: string, run: RunFile, settings: RunSettings): RunFile {
  const before = run.settings;
  const different = Object.keys({ ...before, ...settings }).filter((name) => before[name] !== settings[name]);
  if (different.length > 0) {
    const shown = different.map(
      (name) => `${name} ${String(before[name] ?? 'unknown')} instead of ${String(settings[name] ?? 'unknown')}`,
    );
    throw new ManyposeError('invalid-argument', `${file}: the results there were found otherwise: ${shown.join(', ')}`);
  }
  return run;
}

/** Results of the photos that are listed; others, of photos that were not listed any more before an interruption, are found again. */
async function readResults(file: string, quality: QualityName, photos: readonly DonePhoto[]): Promise<CocoResult[]> {
  const json = await readJson(file);
  if (!Array.isArray(json)) throw damaged(file, 'it is no list');
  const counts = new Map<Id, number>(photos.map(({ id }) => [id, 0]));
  const listed = (json as (CocoResult | null)[]).filter((result) => {
    const count = counts.get(result?.image_id as Id);
    if (count !== undefined) counts.set(result!.image_id, count + 1);
    return count !== undefined;
  });
  const wrong = photos.find(({ id, counts: expected }) => expected?.[quality] !== counts.get(id));
  if (wrong)
    throw damaged(file, `image ${wrong.id} had ${wrong.counts?.[quality] ?? 'no'} results, and has ${counts.get(wrong.id)}`);
  return listed as CocoResult[];
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ManyposeError('invalid-annotations', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(file, messageOf(cause), cause);
  }
}

function damaged(file: string, why: string, cause?: unknown): ManyposeError {
  return new ManyposeError('invalid-annotations', `${file} is cut off or damaged: ${why}`, { cause });
}

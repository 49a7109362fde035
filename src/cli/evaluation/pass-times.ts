import { readFile } from 'node:fs/promises';
import { ManyposeError } from '../../errors.ts';
import type { AnnotatedImage } from '../../evaluation/annotations.ts';
import type { PixelData } from '../../frame.ts';
import { fitInput } from '../../geometry.ts';
import type { Network } from '../../network/network.ts';
import { passesOf } from '../../runtime/passes.ts';
import { writeOutput } from '../outputs.ts';
import { createProgress } from '../progress.ts';
import { pixelsOf } from './photos.ts';
import type { Looker, Scheme } from './looks.ts';

/** Each input is run so often, after a first time that counts for nothing; the quickest time counts. */
const TIMES = 2;

/** How long the network takes for inputs of some sizes, measured apart from what else a run does. */
export interface PassTimes {
  readonly weights: string;
  /** What ran the network, in words. */
  readonly adapter: string;
  /** Photos whose inputs they are, by their sizes in pixels. */
  readonly photos: readonly (readonly [width: number, height: number])[];
  /** Milliseconds by an input's size: `384×256`. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** Measures every size of input that the schemes have for the first photos: on a machine that does nothing else. */
export async function measurePasses(
  looker: Looker,
  weights: string,
  images: readonly AnnotatedImage[],
  folder: string,
  schemes: readonly Scheme[],
): Promise<PassTimes> {
  const photos: PixelData[] = [];
  for (const image of images) photos.push(await pixelsOf(image, folder));
  const inputs = new Map(
    photos.flatMap((photo) =>
      schemes.flatMap((scheme) =>
        passesOf(fitInput(photo.width, photo.height, scheme.inputSize), looker.network, { ...scheme, flip: false }).map(
          (pass) => [sizeName(pass.geometry), { photo, pass }] as const,
        ),
      ),
    ),
  );
  const milliseconds: Record<string, number> = {};
  const progress = createProgress(inputs.size);
  for (const [name, { photo, pass }] of inputs) {
    await looker.time(photo, pass);
    milliseconds[name] = Infinity;
    for (let i = 0; i < TIMES; i++) milliseconds[name] = Math.min(milliseconds[name], await looker.time(photo, pass));
    progress.step(name, `${Math.round(milliseconds[name])} ms`);
  }
  progress.end();
  return { weights, adapter: looker.adapter, photos: photos.map(({ width, height }) => [width, height]), milliseconds };
}

/** Milliseconds of a scheme's passes together, for the median photo of those measured; undefined if some pass was not. */
export function schemeTime(scheme: Scheme, network: Network, { photos, milliseconds }: PassTimes): number | undefined {
  const times = photos.map(([width, height]) =>
    passesOf(fitInput(width, height, scheme.inputSize), network, scheme)
      .map(({ geometry }) => milliseconds[sizeName(geometry)])
      .reduce((sum, time) => sum + time, 0),
  );
  // What is missing makes the sum no number.
  return times.length === 0 || times.some(Number.isNaN) ? undefined : median(times);
}

function sizeName({ width, height }: { width: number; height: number }): string {
  return `${width}×${height}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** @throws ManyposeError `invalid-argument` for a file that is none of ours. */
export async function readPassTimes(file: string): Promise<PassTimes | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ManyposeError('invalid-argument', `${file} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    const times = JSON.parse(text) as PassTimes;
    if (Array.isArray(times.photos) && typeof times.milliseconds === 'object') return times;
  } catch {
    // Told below.
  }
  throw new ManyposeError('invalid-argument', `${file} is damaged: remove it, and times are measured again`);
}

export function writePassTimes(file: string, times: PassTimes): Promise<void> {
  return writeOutput(file, `${JSON.stringify(times, undefined, 1)}\n`);
}

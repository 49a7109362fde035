import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Annotations } from '../../evaluation/annotations.ts';
import { checkFolder } from '../outputs.ts';
import type { Look } from './find-in-photos.ts';
import { findInPhotos } from './find-in-photos.ts';
import type { LookerOptions, Scheme } from './looks.ts';
import { openLooker } from './looks.ts';
import { measurePasses, readPassTimes, schemeTime, writePassTimes } from './pass-times.ts';
import type { QualityName } from './qualities.ts';
import { schemeName, usualCost } from './schemes.ts';
import { checkKeypoints } from './search.ts';
import { openResults, settingsOf } from './stored-results.ts';
import { sha256, weightsIdentity } from './weights-identity.ts';

export interface FrontierRunOptions extends LookerOptions {
  readonly annotations: Annotations;
  readonly annotationFile: string;
  readonly photos: string;
  /** Folder of the runs, one for each scheme. */
  readonly results: string;
  readonly schemes: readonly Scheme[];
  /** Schemes that take more multiply-adds than this for a photo of 4:3 are left out. */
  readonly most: number;
  /** So many photos' passes are timed on their own, unless they are already. */
  readonly timed: number;
}

export interface FrontierRuns {
  /** Files of results. */
  readonly paths: readonly string[];
  readonly leftOut: readonly Scheme[];
  /** Milliseconds of the median photo by the file of results; files that are not in here were not timed. */
  readonly times: ReadonlyMap<string, number>;
}

/** Runs what is missing of a folder of runs, and measures times on their own: those of a long run are of a busy machine. */
export async function runSchemes(options: FrontierRunOptions): Promise<FrontierRuns> {
  const { annotations, annotationFile, photos, results, most, timed } = options;
  await checkFolder(results);
  const looker = await openLooker(options);
  try {
    const { model, network, adapter } = looker;
    checkKeypoints(model, annotations.keypointSet.id);
    const weights = await weightsIdentity(options.model);
    const schemes = options.schemes.filter((scheme) => usualCost(scheme, network) <= most);
    const paths = schemes.map((scheme) => join(results, `${schemeName(scheme)}.json`));
    const hash = sha256(await readFile(annotationFile));
    const qualities: readonly QualityName[] = ['final'];
    const looks: Look[] = [];
    for (const [i, scheme] of schemes.entries()) {
      const stored = await openResults(
        settingsOf({ model, weights, scheme, rules: network.decoding, qualities, annotations: hash }),
        { path: paths[i], resume: true, force: false, qualities, categoryId: annotations.categoryId, adapter },
      );
      looks.push({ scheme, decoding: {}, qualities, results: stored });
    }
    await findInPhotos(looker, annotations.images, photos, looks);

    const file = join(results, 'times.json');
    const known = await readPassTimes(file);
    let times = known?.weights === weights && known.adapter === adapter ? known : undefined;
    if (timed > 0 && !(times && schemes.every((scheme) => schemeTime(scheme, network, times!) !== undefined))) {
      times = await measurePasses(looker, weights, annotations.images.slice(0, timed), photos, schemes);
      await writePassTimes(file, times);
    }
    const measured = schemes.map((scheme, i) => [paths[i], times && schemeTime(scheme, network, times)] as const);
    return {
      paths,
      leftOut: options.schemes.filter((scheme) => !schemes.includes(scheme)),
      times: new Map(measured.filter((entry): entry is readonly [string, number] => entry[1] !== undefined)),
    };
  } finally {
    looker.dispose();
  }
}

import type { AnnotatedImage } from '../../evaluation/annotations.ts';
import { printable } from '../../printable.ts';
import { createProgress } from '../progress.ts';
import type { Decoding, Looker, Scheme } from './looks.ts';
import { pixelsOf } from './photos.ts';
import type { QualityName } from './qualities.ts';
import type { StoredResults } from './stored-results.ts';

/** A way to find people, and where what it finds goes. */
export interface Look {
  readonly scheme: Scheme;
  readonly decoding: Decoding;
  readonly qualities: readonly QualityName[];
  readonly results: StoredResults;
}

/** Looks at every photo in every way that it was not looked at yet; each photo is read, and each pass of the network run, once. */
export async function findInPhotos(
  looker: Looker,
  images: readonly AnnotatedImage[],
  folder: string,
  looks: readonly Look[],
): Promise<void> {
  const left = images.filter(({ id }) => looks.some(({ results }) => !results.done.has(id)));
  const progress = createProgress(images.length, images.length - left.length);
  try {
    for (const image of left) {
      const photo = looker.lookAt(await pixelsOf(image, folder), image.people);
      const missing = looks.filter(({ results }) => !results.done.has(image.id));
      for (const { scheme, decoding, qualities, results } of missing)
        await results.add(image.id, await photo.find(scheme, decoding, qualities), await photo.cost(scheme));
      const ways = `${missing.length} ${missing.length === 1 ? 'way' : 'ways'}`;
      progress.step(
        printable(image.fileName ?? String(image.id)),
        `looked at in ${ways}, the network ran ${photo.passes.size} times`,
      );
    }
  } finally {
    progress.end();
    for (const { results } of looks) await results.flush();
  }
}

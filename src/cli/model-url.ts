import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Address of a model's folder; without one, of the model in this package (two folders above dist/cli). */
export function modelUrlOf(folder?: string): URL {
  const here = import.meta.url;
  return folder === undefined ? new URL('../../models/coco_w32/', here) : pathToFileURL(`${resolve(folder)}/`);
}

import { hasPackages } from './node-modules.ts';
import { WEIGHTS_FOLDER } from './weights-package.ts';

/**
 * Address of the model that is used where none is named. In a page: `models/coco_w32/` beside it. In Node: the
 * installed package of weights, looked for from this library and from the working directory.
 */
export async function defaultModel(): Promise<URL | string> {
  return (hasPackages() && (await import('./installed-model.ts')).installedModel()) || WEIGHTS_FOLDER;
}

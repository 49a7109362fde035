import { nodeModule } from './node-modules.ts';

/** The npm package of the weights that are used where no model is named. */
export const WEIGHTS_PACKAGE = '@manypose/coco-w32';
/** The folder that `manypose copy` makes of it, beside the page. */
export const WEIGHTS_FOLDER = 'models/coco_w32/';

/**
 * Address of the model that is used where none is named. In a page: `models/coco_w32/` beside it. In Node: the
 * installed package of weights, looked for from this library and from the working directory.
 */
export function defaultModel(): URL | string {
  return installedModel() ?? WEIGHTS_FOLDER;
}

/** Address of the installed package's manifest; undefined in a page, and where the package is not installed. */
export function installedModel(): URL | undefined {
  const modules = typeof document === 'undefined' ? nodeModule('node:module') : undefined;
  const toUrl = nodeModule('node:url')?.pathToFileURL;
  if (!modules || !toUrl) return undefined;
  // Some bundlers leave import.meta.url empty.
  for (const from of [import.meta.url, toUrl(`${process.cwd()}/`)]) {
    try {
      return toUrl(modules.createRequire(from).resolve(`${WEIGHTS_PACKAGE}/manifest.json`));
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** What to do where the default model is missing, as a sentence. */
export function howToGetModel(): string {
  return nodeModule('node:module') && typeof document === 'undefined'
    ? `Install the weights, npm install ${WEIGHTS_PACKAGE}, or pass a model's folder as modelUrl`
    : `Put the weights beside your page, npm install ${WEIGHTS_PACKAGE} && npx manypose copy public/models,` +
        ' or pass their address as modelUrl';
}

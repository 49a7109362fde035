import { hasPackages } from './node-modules.ts';
import { WEIGHTS_PACKAGE } from './weights-package.ts';

/** What to do where the default model is missing, as a sentence. */
export function howToGetModel(): string {
  return hasPackages()
    ? `Install the weights, npm install ${WEIGHTS_PACKAGE}, or pass a model's folder as modelUrl`
    : `Put the weights beside your page, npm install ${WEIGHTS_PACKAGE} && npx manypose copy public/models,` +
        ' or pass their address as modelUrl';
}

import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ManyposeError } from '../errors.ts';
import { WEIGHTS_PACKAGE } from '../model/weights-package.ts';
import { installedModel } from '../model/installed-model.ts';
import { MANIFEST_FILE } from '../model/manifest.ts';
import { missingPackage } from './packages.ts';

/**
 * Address of a model's folder; without one, of the installed package of weights.
 *
 * @throws ManyposeError `invalid-model` if that is not installed.
 */
export function modelUrlOf(folder?: string): URL {
  if (folder !== undefined) return pathToFileURL(`${resolve(folder)}/`);
  const installed = installedModel();
  if (installed) return installed;
  throw new ManyposeError(
    'invalid-model',
    missingPackage('Without --model, the weights are those of', WEIGHTS_PACKAGE, ['@napi-rs/canvas']),
  );
}

/** The file of a model's manifest. The installed package's address is its manifest, a folder's ends in a slash. */
export function manifestOf(modelUrl: URL): string {
  return fileURLToPath(modelUrl.pathname.endsWith('.json') ? modelUrl : new URL(MANIFEST_FILE, modelUrl));
}

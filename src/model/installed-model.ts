import { nodeModule } from './node-modules.ts';
import { WEIGHTS_PACKAGE } from './weights-package.ts';

/** Address of the installed package's manifest; undefined where it is not installed. */
export function installedModel(): URL | undefined {
  const modules = nodeModule('node:module');
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

import { MANIFEST_FILE } from '../model/manifest.ts';
import type { ModelFile } from './write.ts';

/** No address that anything could be fetched from, or cached under. */
const FOLDER = 'memory:/model/';

/**
 * A model that is in memory, as options of `createDetector`: `createDetector({ ...modelInMemory(files) })`.
 *
 * @param files as `convertCheckpoint` gives them.
 */
export function modelInMemory(files: readonly ModelFile[]): { modelUrl: string; fetch: (url: string) => Promise<Response> } {
  return {
    modelUrl: FOLDER + MANIFEST_FILE,
    async fetch(url) {
      const file = files.find(({ name }) => url === FOLDER + name);
      return file ? new Response(file.bytes) : new Response(null, { status: 404 });
    },
  };
}

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { minify } from './minify.mjs';

const SUFFIX = '.wgsl?raw';

/** Imports of `x.wgsl?raw`, as Vite has them: the shader's text, here in fewer bytes. */
export function shaders() {
  return {
    name: 'shaders',
    // Vite's own would give the text as it is.
    enforce: 'pre',
    resolveId: (source, importer) => (source.endsWith(SUFFIX) ? resolve(dirname(importer), source) : null),
    load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const file = id.slice(0, -'?raw'.length);
      this.addWatchFile(file);
      return `export default ${JSON.stringify(minify(readFileSync(file, 'utf8')))};`;
    },
  };
}

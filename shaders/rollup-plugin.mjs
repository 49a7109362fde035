import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const SUFFIX = '.wgsl?raw';

/** Imports of `x.wgsl?raw`, as Vite has them: the shader's text, here without comments and needless spaces. */
export function shaders() {
  return {
    name: 'shaders',
    resolveId: (source, importer) => (source.endsWith(SUFFIX) ? resolve(dirname(importer), source) : null),
    load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const file = id.slice(0, -'?raw'.length);
      this.addWatchFile(file);
      return `export default ${JSON.stringify(compact(readFileSync(file, 'utf8')))};`;
    },
  };
}

function compact(shader) {
  const code = shader.replace(/\/\*[^]*?\*\//g, ' ').replace(/\/\/.*/g, '');
  return code
    .replace(/\s+/g, ' ')
    .replace(/ ?([;{}(),[\]:]) ?/g, '$1')
    .trim();
}

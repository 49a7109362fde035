import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASSEMBLY = join(dirname(fileURLToPath(import.meta.url)), 'assembly');
const COMPILED = '?compiled';
const WORKER = 'worker.js?raw';
const MOST_PAGES = 65536;

/** The kernels as last compiled, for all builds of a process: it takes seconds. */
let compiled;

/**
 * Imports of the WebAssembly kernels: `assembly/index.ts?compiled` is compiled and comes as text in
 * base64, `worker.js?raw` is the worker's text (as Vite has it by itself), here without comments.
 */
export function wasmKernels() {
  return {
    name: 'wasm-kernels',
    enforce: 'pre',
    resolveId(source, importer) {
      return importer && (source.endsWith(COMPILED) || source.endsWith(WORKER)) ? resolve(dirname(importer), source) : null;
    },
    async load(id) {
      if (id.endsWith(WORKER)) {
        const text = readFileSync(id.slice(0, -'?raw'.length), 'utf8');
        return `export default ${JSON.stringify(text.replace(/^ *\/\/.*\n|^ +/gm, ''))};`;
      }
      if (!id.endsWith(COMPILED)) return null;
      compiled ??= compile(id.slice(0, -COMPILED.length));
      const { wasm, sources } = await compiled;
      for (const source of sources) this.addWatchFile(source);
      return `export const base64 = '${wasm.toString('base64')}';\nexport const memoryFlagsAt = ${memoryFlagsAt(wasm)};\n`;
    },
    /** A page that is opened on a new server does not wait for the compiler as well. Tests may never need it. */
    configureServer() {
      if (process.env.VITEST) return;
      compiled ??= compile(join(ASSEMBLY, 'index.ts'));
      compiled.catch(() => {}); // whoever imports it will be told
    },
    watchChange(id) {
      if (dirname(id) === ASSEMBLY) compiled = undefined;
    },
  };
}

/** Compiles an AssemblyScript module in memory. */
async function compile(entry) {
  // Loaded here, because it takes half a second and most builds of a page never come here.
  const { default: asc } = await import('assemblyscript/asc');
  const sources = [];
  let wasm;
  const { error, stderr } = await asc.main(
    [
      entry,
      '--baseDir',
      dirname(entry),
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--noAssert',
      '--disableWarning',
      '201',
      '--runtime',
      'stub',
      '--enable',
      'simd,threads',
      '--importMemory',
      '--initialMemory',
      '1',
      '--maximumMemory',
      String(MOST_PAGES),
    ],
    {
      readFile(name, base) {
        try {
          const path = resolve(base, name);
          const text = readFileSync(path, 'utf8');
          sources.push(path);
          return text;
        } catch {
          return null; // the compiler tries several names
        }
      },
      writeFile(name, contents) {
        wasm = Buffer.from(contents);
      },
      listFiles: () => [],
    },
  );
  if (error || !wasm) throw new Error(`the WebAssembly kernels do not compile: ${error?.message}\n${stderr}`);
  return { wasm, sources };
}

/** Where the memory's import says whether it is shared (bit 1): kind, flags, least and most pages follow the name. */
function memoryFlagsAt(wasm) {
  const name = Buffer.from('\x03env\x06memory\x02', 'latin1');
  const at = wasm.indexOf(name) + name.length;
  const HAS_MAXIMUM = 1;
  if (wasm.indexOf(name) < 0 || wasm[at] !== HAS_MAXIMUM) throw new Error('the kernels do not import a memory as expected');
  return at;
}

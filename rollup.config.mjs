import { chmodSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { dts } from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { shaders } from './shaders/rollup-plugin.mjs';
import { wasmKernels } from './src/wasm/rollup-plugin.mjs';

/** TypeScript, shaders and kernels; the first and last step of every build. */
const source = () => [shaders(), wasmKernels(), esbuild({ target: 'es2022' })];

/** What is loaded when it is needed is called after its file: `src/tfjs/runner.ts`, `tfjs-runner.js`. */
const chunkFileNames = ({ facadeModuleId, name }) => {
  const [, path] = /\bsrc\/([^?]*)\.ts$/.exec(facadeModuleId?.replaceAll('\\', '/') ?? '') ?? [];
  return path ? `${path.replaceAll('/', '-')}.js` : `shared-${name}.js`;
};

/**
 * What most or all runtimes need goes with the detector, what all of WebGPU needs with its runtime, what all runtimes that
 * hand back whole maps need into one file: files of their own would cost more than they hold.
 */
const TOGETHER = {
  detector:
    /\/src\/(detector|frame-pixels|network\/(parts|inspectable|memory-plan|output-maps|per-branch)|decode\/center-ranking|ops\/(frame-sampling|joined|candidate-rules)|runtime\/(input-checks|turns|software)|webgpu\/adapter)\.ts$/,
  webgpu: /\/src\/webgpu\/(runtime|pipelines|dispatch|error-scopes|kernel|memory)\.ts$/,
  maps: /\/src\/(runtime\/(maps-runtime|run-passes)|network\/inspected-maps|decode\/candidates-from-maps|ops\/(centers|finish-maps|flip-merge|gather|heat-upsample|heat-windows|peaks|planes|preprocess|rank|upsampled-peaks))\.ts$/,
};
const manualChunks = (id) => Object.keys(TOGETHER).find((name) => TOGETHER[name].test(id.replaceAll('\\', '/')));

const output = (dir, options = {}) => ({ dir, format: 'es', entryFileNames: '[name].js', chunkFileNames, ...options });

/** Nothing of an earlier build stays. */
const emptied = (dir) => ({ name: 'emptied', buildStart: () => rmSync(dir, { recursive: true, force: true }) });

/** What the shell runs. */
const executable = (file) => ({ name: 'executable', writeBundle: () => chmodSync(file, 0o755) });

/** Fails on what would break at run time. */
const onwarn = (warning) => {
  throw new Error(warning.message);
};

const isTensorflow = (id) => id.startsWith('@tensorflow/');

const entries = {
  manypose: 'src/index.ts',
  webgpu: 'src/webgpu-entry.ts',
  training: 'src/training/index.ts',
  evaluation: 'src/evaluation/index.ts',
  convert: 'src/convert/index.ts',
  draw: 'src/draw/index.ts',
};

/** For bundlers and Node: TensorFlow.js is the app's own. */
const library = {
  input: entries,
  external: isTensorflow,
  output: output('dist/library', { hoistTransitiveImports: false, manualChunks }),
  plugins: [emptied('dist/library'), ...source()],
  onwarn,
};

/** One rolled-up file of declarations per entry. */
const declarations = Object.entries(entries).map(([name, file]) => ({
  input: { [name]: file },
  output: output('dist/library', { entryFileNames: '[name].d.ts' }),
  plugins: [dts()],
  onwarn,
}));

/** For a page without a bundler: nothing is left to resolve. */
const browser = {
  input: { manypose: 'src/index.ts' },
  output: output('dist/browser', { plugins: [terser()], manualChunks }),
  plugins: [emptied('dist/browser'), nodeResolve({ browser: true }), commonjs(), ...source()],
  onwarn,
};

/** The command line, for Node. */
const cli = {
  input: { manypose: 'src/cli/manypose.ts' },
  external: (id) => isBuiltin(id) || isTensorflow(id) || ['webgpu', '@napi-rs/canvas'].includes(id),
  output: output('dist/cli', { hoistTransitiveImports: false }),
  plugins: [emptied('dist/cli'), ...source(), executable('dist/cli/manypose.js')],
  onwarn,
};

export default [library, ...declarations, browser, cli];

import { chmodSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { dts } from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { shaders } from './shaders/rollup-plugin.mjs';

/** TypeScript and shaders; the first and last step of every build. */
const source = () => [shaders(), esbuild({ target: 'es2022' })];

const output = (dir, options = {}) => ({ dir, format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js', ...options });

/** Nothing of an earlier build stays. */
const emptied = (dir) => ({ name: 'emptied', buildStart: () => rmSync(dir, { recursive: true, force: true }) });

/** What the shell runs. */
const executable = (file) => ({ name: 'executable', writeBundle: () => chmodSync(file, 0o755) });

/** Fails on what would break at run time. */
const onwarn = (warning) => {
  throw new Error(warning.message);
};

const isTensorflow = (id) => id.startsWith('@tensorflow/');

/** For bundlers and Node: TensorFlow.js is the app's own. */
const library = {
  input: { manypose: 'src/index.ts' },
  external: isTensorflow,
  output: output('dist/library'),
  plugins: [emptied('dist/library'), ...source()],
  onwarn,
};

/** One rolled-up file of declarations per entry. */
const declarations = {
  input: { manypose: 'src/index.ts' },
  output: output('dist/library', { entryFileNames: '[name].d.ts' }),
  plugins: [dts()],
  onwarn,
};

/** For a page without a bundler: nothing is left to resolve. */
const browser = {
  input: { manypose: 'src/index.ts' },
  output: output('dist/browser', { plugins: [terser()] }),
  plugins: [emptied('dist/browser'), nodeResolve({ browser: true }), commonjs(), ...source()],
  onwarn,
};

/** The command line, for Node. */
const cli = {
  input: { manypose: 'src/cli/manypose.ts' },
  external: (id) => isBuiltin(id) || isTensorflow(id) || ['webgpu', '@napi-rs/canvas'].includes(id),
  output: output('dist/cli'),
  plugins: [emptied('dist/cli'), ...source(), executable('dist/cli/manypose.js')],
  onwarn,
};

export default [library, declarations, browser, cli];

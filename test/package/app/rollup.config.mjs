import nodeResolve from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

export default {
  input: 'main.ts',
  output: { dir: 'built/rollup', format: 'es' },
  plugins: [nodeResolve({ browser: true }), commonjs(), esbuild({ target: 'es2022' }), terser()],
};

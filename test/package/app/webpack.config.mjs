import { resolve } from 'node:path';

export default {
  mode: 'production',
  entry: './main.ts',
  output: { path: resolve('built/webpack'), filename: 'main.js', publicPath: 'auto' },
  module: { rules: [{ test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } }] },
  performance: { hints: false },
};

import { isBuiltin } from 'node:module';
import { defineConfig } from 'vite';

/** The library as npm users import it: TensorFlow.js stays a dependency of theirs. */
const library = {
  lib: { entry: 'src/index.ts', formats: ['es' as const], fileName: () => 'manypose.js' },
  rollupOptions: { external: /^@tensorflow\// },
};

/** The library for a page without a bundler: nothing is left to resolve. */
const browser = {
  emptyOutDir: false,
  lib: { entry: 'src/index.ts', formats: ['es' as const], fileName: () => 'manypose.browser.js' },
};

/** The command line, for Node. */
const cli = {
  emptyOutDir: false,
  outDir: 'dist/cli',
  target: 'node20',
  lib: { entry: 'src/cli/manypose.ts', formats: ['es' as const], fileName: () => 'manypose.js' },
  rollupOptions: {
    external: (id: string) => isBuiltin(id) || /^(@tensorflow\/|@napi-rs\/canvas$|webgpu$)/.test(id),
  },
};

const builds = { library, browser, cli };

/** `vite build --mode library | browser | cli`; without a mode of these, the settings of the tests. */
export default defineConfig(({ mode }) => {
  const build = builds[mode as keyof typeof builds];
  return {
    publicDir: false,
    build: build && { copyPublicDir: false, sourcemap: true, minify: mode === 'browser', ...build },
    test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false },
  };
});

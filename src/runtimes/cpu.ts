import type { RuntimeEntry } from './entry.ts';

/** Plain JavaScript: the operations' references. */
export const CPU: RuntimeEntry = {
  kind: 'cpu',
  title: 'plain JavaScript',
  async open({ network, weights }) {
    const [{ createCpuRunner }, { createMapsRuntime }] = await Promise.all([
      import('../cpu/runner.ts'),
      import('../runtime/maps-runtime.ts'),
    ]);
    return createMapsRuntime(createCpuRunner(network, weights), network);
  },
};

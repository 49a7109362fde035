import { expect, it } from 'vitest';
import { fitInput } from '../../src/geometry.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { MapsRunner } from '../../src/runtime/maps-runtime.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { TINY_W4 } from '../support/models.ts';

const pixels = { data: new Uint8Array(4 * 64 * 64), width: 64, height: 64 };

/** A runner that is lost by its first run, which fails or never learns of it. */
function runtimeThatIsLost(run: () => Promise<never>) {
  let why: string | undefined;
  const runner: MapsRunner<null> = {
    kind: 'wasm',
    adapter: 'SIMD, 2 threads',
    input: () => null,
    inputOf: () => null,
    run() {
      why = 'a thread of WebAssembly ended';
      return run();
    },
    release() {},
    whyLost: () => why,
    dispose() {},
  };
  return createMapsRuntime(runner, buildNetwork(TINY_W4));
}

it.each([
  ['fails', () => Promise.reject(new Error('the worker ended with code 3'))],
  ['answers all the same', () => Promise.resolve({} as never)],
])('what ran the network went away, in its own words, where the run %s', async (_, run) => {
  const runtime = runtimeThatIsLost(run);
  const geometry = fitInput(64, 64, 64);
  const find = () => runtime.findCandidates({ ...pixels, source: pixels }, [{ geometry, scale: 1, mirrored: false }]);
  const error = { code: 'device-lost', message: 'a thread of WebAssembly ended (SIMD, 2 threads)' };
  await expect(find()).rejects.toMatchObject(error);
  // And before the next one begins.
  await expect(find()).rejects.toMatchObject(error);
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { outputMaps } from '../../src/network/network.ts';
import { base64 } from '../../src/wasm/assembly/index.ts?compiled';
import { encodeCalls } from '../../src/wasm/calls.ts';
import type { Work } from '../../src/wasm/engine.ts';
import { createInlineEngine } from '../../src/wasm/inline-engine.ts';
import { compileKernels } from '../../src/wasm/kernels.ts';
import { openEngine } from '../../src/wasm/open-engine.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { createPoolEngine, createWorkerEngine } from '../../src/wasm/worker-engine.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

const network = buildNetwork(TINY_W4);
const weights = formulaWeights(TINY_W4);

/** Planes of 2 × 3 cells and back, and a call of a kernel that does not exist if asked for. */
function roundTrip({ trap = false } = {}): Work {
  const [calls, planes, map, out] = [1024, 2048, 3072, 8192];
  const size = { width: 3, height: 2 };
  const words = encodeCalls([
    { kernel: 'interleave', items: 2, input: planes, output: map, lanes: 8, channels: 2, ...size },
    { kernel: 'planes', items: 2, input: map, inLanes: 8, output: out, channels: 2, ...size },
  ]);
  if (trap) words[0] = 99;
  return {
    bytes: 70_000,
    writes: [
      { address: calls, data: words },
      { address: planes, data: Float32Array.from({ length: 12 }, (_, i) => i) },
    ],
    calls,
    count: 2,
    reads: [{ address: out, length: 12 }],
  };
}

it('the kernels are at most 10 kB', () => {
  expect(atob(base64).length).toBeLessThanOrEqual(10_000);
});

const ENGINES = {
  'no worker': async () => createInlineEngine(await compileKernels(false)),
  'one worker': async () => createWorkerEngine(await compileKernels(false)),
  'three workers': async () => createPoolEngine(await compileKernels(true), 3),
};

describe.each(Object.entries(ENGINES))('kernels on %s', (name, open) => {
  it('read what was written', async () => {
    const engine = await open();
    for (let i = 0; i < 3; i++)
      expect(await engine.execute(roundTrip())).toEqual([Float32Array.from({ length: 12 }, (_, k) => k)]);
    engine.dispose();
  });

  it('say when memory cannot grow, and go on', async () => {
    const engine = await open();
    await expect(engine.execute({ ...roundTrip(), bytes: 2 ** 33 })).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(engine.isLost()).toBe(false);
    expect(await engine.execute(roundTrip())).toHaveLength(1);
    engine.dispose();
  });

  it('are lost with an error when they trap', async () => {
    const engine = await open();
    await expect(engine.execute(roundTrip({ trap: true }))).rejects.toThrow('unreachable');
    expect(engine.isLost()).toBe(true);
    await expect(engine.execute(roundTrip())).rejects.toThrow();
  });

  it.skipIf(name === 'no worker')('stop at dispose', async () => {
    const engine = await open();
    const running = engine.execute(roundTrip());
    engine.dispose();
    await expect(running).rejects.toThrow('stopped');
    await expect(engine.execute(roundTrip())).rejects.toThrow('stopped');
  });
});

describe('where WebAssembly runs', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.doUnmock('../../src/wasm/worker.js?raw');
    vi.resetModules();
  });

  it('takes the threads that it is given', async () => {
    for (const [threads, words] of [
      [1, '1 thread'],
      [2, '2 threads'],
    ] as const) {
      const runner = await createWasmRunner(network, weights, { threads });
      expect([runner.kind, runner.adapter]).toEqual(['wasm', `SIMD, ${words}`]);
      runner.dispose();
    }
  });

  it("refuses weights that are not the network's", async () => {
    const fewer = new Map([...weights].slice(1));
    await expect(createWasmRunner(network, fewer)).rejects.toMatchObject({ code: 'invalid-model' });
  });

  it('does without threads where memory cannot be shared', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    const engine = await openEngine(3);
    expect([engine.threads, engine.place]).toEqual([1, '']);
    engine.dispose();
  });

  it('does without a worker where none can be had, with the same result, and lets others run', async () => {
    const runner = await createWasmRunner(network, weights, { threads: 1 });
    vi.stubGlobal('document', {}); // as in a page
    vi.stubGlobal(
      'Worker',
      class {
        constructor() {
          throw new Error('no workers');
        }
      },
    );
    const inline = await createWasmRunner(network, weights);
    expect(inline.adapter).toBe('SIMD, 1 thread, no worker');
    const [width, height] = [256, 192];
    const input = { values: formulaInput(width, height), width, height };
    const expected = await runner.run(input, outputMaps(network));
    let turns = 0;
    const timer = setInterval(() => turns++);
    let maps = await inline.run(input, outputMaps(network));
    // A fast machine is done before anyone else's turn.
    for (let i = 0; turns === 0 && i < 100; i++) maps = await inline.run(input, outputMaps(network));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(maps).toEqual(expected);
    runner.dispose();
    inline.dispose();
  });

  it('does not hang on a worker that dies', async () => {
    vi.doMock('../../src/wasm/worker.js?raw', () => ({
      default:
        'const { parentPort } = require("node:worker_threads");' +
        'parentPort.on("message", (message) => message.module ? parentPort.postMessage({ results: [] }) : process.exit(3));',
    }));
    const { openEngine: open } = await import('../../src/wasm/open-engine.ts');
    for (const threads of [1, 2]) {
      const engine = await open(threads);
      expect(engine.threads).toBe(threads);
      await expect(engine.execute(roundTrip())).rejects.toThrow('ended with code 3');
      expect(engine.isLost()).toBe(true);
    }
  });

  it('says what is missing where there is no SIMD', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    await expect(openEngine()).rejects.toMatchObject({ code: 'no-runtime', message: 'WebAssembly has no SIMD here' });
  });

  it('says what is missing where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    await expect(openEngine()).rejects.toMatchObject({ code: 'no-runtime' });
  });
});

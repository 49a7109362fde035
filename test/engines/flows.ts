import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pose } from '../../src/pose.ts';
import type { RuntimeKind } from '../../src/runtime/runtime.ts';
import { CASES } from '../conformance/cases.ts';
import { expectSamePoses, posesByKind } from '../e2e/inputs.ts';
import type { EngineBrowser, EnginePage } from './browser.ts';
import { openPage } from './browser.ts';
import type { Served } from './serve.ts';
import { serve } from './serve.ts';

/** What a browser can do. */
export interface Abilities {
  /** The runtimes that are there; the first gives the poses that the others must find. */
  readonly kinds: readonly RuntimeKind[];
  /** Those of them that all conformance cases are run on; all if left out. */
  readonly conforming?: readonly RuntimeKind[];
  /** Kinds of input besides images that it can make; all if left out. */
  readonly inputs?: readonly string[];
  /** Whether the threads of an isolated page may share memory. */
  readonly sharesMemory: boolean;
}

/** All kinds of input besides images. */
const INPUTS = 8;

/**
 * What the library does for its users, in a browser of another engine: the same cases and pages as in Chromium.
 *
 * @param more tests of this browser alone, on the page of the public API.
 */
export function mainFlows(
  name: string,
  open: () => Promise<EngineBrowser>,
  { kinds, conforming = kinds, inputs, sharesMemory }: Abilities,
  more: (page: EnginePage) => void,
): void {
  describe(`in ${name}`, () => {
    let browser: EngineBrowser;
    let served: Served;
    /** The browser's, once it is open. */
    const page: EnginePage = {
      goto: (address) => browser.page.goto(address),
      evaluate: (...work) => browser.page.evaluate(...work),
    };

    beforeAll(async () => {
      served = await serve();
      browser = await open();
      console.log(browser.version);
    });

    afterAll(async () => {
      await browser?.close();
      await served?.close();
    });

    describe.each(conforming)('%s', (kind) => {
      beforeAll(async () => {
        await openPage(page, served.conformance, 'conform');
        await page.evaluate(() => {
          window.golden = async (model, width, height) =>
            (await fetch(`/golden?model=${model}&width=${width}&height=${height}`)).json();
        });
      });

      // The full network takes minutes on a GPU's driver that computes on the CPU.
      for (const each of Object.keys(CASES).filter((words) => kind === 'wasm' || !words.includes('of the full network'))) {
        it(each, async () => {
          const words = await page.evaluate(([runtime, wanted]) => window.conform(runtime, wanted), [kind, each] as const);
          if (words) console.log(words);
        });
      }
    });

    describe('the public API', () => {
      beforeAll(() => openPage(page, served.api(), 'api'));

      it.each(conforming)('gives the same poses for every kind of input on %s', async (runtime) => {
        expectSamePoses(await posesByKind(page, { runtime }, { kinds: inputs }), inputs?.length ?? INPUTS);
      });

      it('finds the same people on every runtime, with and without the flip test', async () => {
        for (const flip of [false, true]) {
          const found: Pose[][] = [];
          for (const kind of kinds) found.push(await posesOn(page, kind, flip));
          const [first, ...others] = found;
          expect(first.length).toBeGreaterThan(0);
          for (const other of others) expectClose(other, first);
        }
      });

      it('refuses what is no picture', async () => {
        const codes = await page.evaluate(async (runtime) => {
          const { manypose, modelUrl, codeOf } = window.api;
          const detector = await manypose.createDetector({ modelUrl, runtime, inputSize: 64 });
          const found = [];
          for (const source of [
            new Image(),
            document.createElement('video'),
            { data: new Uint8ClampedArray(3), width: 4, height: 4 },
          ]) {
            found.push(await codeOf(Promise.resolve().then(() => detector.estimatePoses(source as HTMLImageElement))));
          }
          detector.dispose();
          return found;
        }, kinds[0]);
        expect(codes).toEqual(['invalid-image', 'invalid-image', 'invalid-image']);
      });

      it(`runs WebAssembly on one worker, and on ${sharesMemory ? 'several threads' : 'one'} of an isolated page, with the same result`, async () => {
        const one = await wasmPoses(page);
        expect(one.adapter).toBe('SIMD, 1 thread');
        await openPage(page, served.api(true), 'api');
        const isolated = await wasmPoses(page);
        expect(isolated).toEqual({ adapter: sharesMemory ? 'SIMD, 3 threads' : 'SIMD, 1 thread', found: one.found });
        await openPage(page, served.api(), 'api');
      });

      more(page);
    });
  });
}

function posesOn(page: EnginePage, runtime: RuntimeKind, flip: boolean): Promise<Pose[]> {
  return page.evaluate(
    async ([wanted, flipped]) => {
      const { manypose, modelUrl, photo } = window.api;
      const detector = await manypose.createDetector({ modelUrl, runtime: wanted });
      const found = await detector.estimatePoses(await photo('skiers'), { flip: flipped });
      const { runtime: kind } = detector.info;
      detector.dispose();
      if (kind !== wanted) throw new Error(`ran on ${kind}`);
      return found;
    },
    [runtime, flip] as const,
  );
}

function wasmPoses(page: EnginePage): Promise<{ adapter: string; found: Pose[] }> {
  return page.evaluate(async () => {
    const { manypose, modelUrl, photo } = window.api;
    const detector = await manypose.createDetector({ modelUrl, runtime: 'wasm', threads: 3 });
    const found = await detector.estimatePoses(await photo('skiers'));
    const { adapter } = detector.info;
    detector.dispose();
    return { adapter, found };
  });
}

function expectClose(found: readonly Pose[], expected: readonly Pose[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach(({ keypoints, score }, n) => {
    expect(score).toBeCloseTo(expected[n].score, 2);
    for (const [k, { x, y }] of keypoints.entries()) {
      expect(Math.hypot(x - expected[n].keypoints[k].x, y - expected[n].keypoints[k].y)).toBeLessThan(1);
    }
  });
}

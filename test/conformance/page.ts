/** Runs the cases on the runtimes of a browser, one at a time, when a test asks for it. */
import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { namedModel } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { RuntimeKind } from '../../src/runtime/runtime.ts';
import { ALL_RUNTIMES } from '../../src/runtimes/table.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import type { Bench } from './cases.ts';
import { CASES } from './cases.ts';

declare global {
  interface Window {
    /** A known network's outputs with the formula's weights on its input. */
    networkMaps(kind: RuntimeKind, id: string, width: number, height: number): Promise<{ adapter: string; maps: MapsAsJson }>;
    /** Returns what the case has to say; rejects where the runtime does not conform. */
    conform(kind: RuntimeKind, name: string, sizes?: number): Promise<string | void>;
    /** The test's: official outputs, as JSON takes them. */
    golden(model: string, width: number, height: number): Promise<[number[], number[]]>;
  }
}

const golden: Bench['golden'] = async (...which) => {
  const [heatmaps, offsets] = await window.golden(...which);
  return [Float32Array.from(heatmaps), Float32Array.from(offsets)];
};

/** A network's outputs as JSON takes them. */
export type MapsAsJson = Readonly<Record<string, { channels: number; width: number; height: number; values: number[] }>>;

window.networkMaps = async (kind, id, width, height) => {
  const descriptor = namedModel(id)!;
  const runtime = await ALL_RUNTIMES.runtimes[kind as keyof typeof ALL_RUNTIMES.runtimes].open(
    { network: buildNetwork(descriptor), weights: formulaWeights(descriptor) },
    {},
  );
  const maps = await runtime.runMaps(formulaInput(width, height), width, height);
  runtime.dispose();
  const asJson = Object.entries(maps).map(([name, planes]) => [name, { ...planes, values: [...planes.values] }]);
  return { adapter: runtime.adapter, maps: Object.fromEntries(asJson) };
};

/** What only some runtimes have. */
const EXTRAS: Partial<Record<RuntimeKind, Pick<Bench, 'lose' | 'held'>>> = {
  webgl: {
    held: () => tf.memory().numTensors,
    async lose() {
      const { gl } = (tf.findBackend('webgl') as MathBackendWebGL).gpgpu;
      const lost = new Promise((resolve) => gl.canvas.addEventListener('webglcontextlost', resolve, { once: true }));
      gl.getExtension('WEBGL_lose_context')!.loseContext();
      await lost;
    },
  },
  'tfjs-webgpu': { held: () => tf.memory().numTensors },
};

window.conform = (kind, name, sizes) =>
  CASES[name]({
    open: (network, weights) => ALL_RUNTIMES.runtimes[kind as keyof typeof ALL_RUNTIMES.runtimes].open({ network, weights }, {}),
    golden,
    sizes,
    ...EXTRAS[kind],
  });

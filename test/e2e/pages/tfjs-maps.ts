/** Runs the full network, on the formula's weights, on TensorFlow.js' WebGL backend. */
import { buildNetwork } from '../../../src/network/build.ts';
import { createTfjsRuntime } from '../../../src/tfjs/runtime.ts';
import { formulaInput, formulaWeights } from '../../support/formula-weights.ts';
import { COCO_W32 } from '../../support/models.ts';

export interface TfjsMaps {
  readonly adapter: string;
  /** Heatmaps with the center map last, offsets, of an input of the formula. */
  run(width: number, height: number): Promise<readonly (readonly number[])[]>;
}

declare global {
  interface Window {
    tfjsMaps: Promise<TfjsMaps>;
  }
}

window.tfjsMaps = createTfjsRuntime(buildNetwork(COCO_W32), formulaWeights(COCO_W32), { backend: 'webgl' }).then((runtime) => ({
  adapter: runtime.adapter,
  async run(width, height) {
    const { heatmaps, centerMap, offsetMap } = await runtime.runMaps(formulaInput(width, height), width, height);
    return [[...heatmaps, ...centerMap], [...offsetMap]];
  },
}));

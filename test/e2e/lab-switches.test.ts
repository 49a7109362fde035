import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SWITCHES } from '../../demo/lab/switches.ts';
import { readPhoto } from '../../src/cli/photo.ts';
import { modelInMemory } from '../../src/convert/model-in-memory.ts';
import type { ModelFile } from '../../src/convert/write.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { createDetector } from '../../src/index.ts';
import type { Pose } from '../../src/pose.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_DEKR, TINY_W4 } from '../support/models.ts';
import { halvingScorer, tinyPeopleFiles } from '../support/tiny-people.ts';

const photo = fileURLToPath(new URL('../../demo/samples/skiers.jpg', import.meta.url));
const UNGUIDED = { ...TINY_W4, heatmapGuidance: false };

const filesOf = (model: typeof TINY_DEKR | typeof UNGUIDED): Promise<ModelFile[]> =>
  modelFiles({ model, weights: formulaWeights(model) }, 'f16');

describe("the lab's switches", () => {
  it.each([
    ['the tiny network', () => tinyPeopleFiles(), ['scoring']],
    ['one with a scoring net', () => tinyPeopleFiles(halvingScorer()), []],
    ['one trained without guidance', () => filesOf(UNGUIDED), ['guidance', 'scoring']],
    ['DEKR', () => filesOf(TINY_DEKR), ['guidance', 'grouping', 'scoring']],
  ])('say of %s which of them change nothing, and those do not', async (_, files, idle) => {
    const { pixels } = await readPhoto(photo);
    const model = modelInMemory(await files());
    const posesWithout = async ({ network, decoding }: Partial<(typeof SWITCHES)[number]>): Promise<Pose[]> => {
      const detector = await createDetector({ ...model, ...network, runtime: 'wasm', inputSize: 64 });
      const poses = await detector.estimatePoses(pixels, { ...decoding, scoreThreshold: -100 });
      detector.dispose();
      return poses;
    };
    const whole = await createDetector({ ...model, runtime: 'wasm' });
    const { info } = whole;
    whole.dispose();
    const poses = await posesWithout({});
    expect(poses.length).toBeGreaterThan(0);
    expect(SWITCHES.filter((each) => each.idle?.(info)).map(({ id }) => id)).toEqual(idle);
    for (const each of SWITCHES.slice(1)) {
      if (idle.includes(each.id)) expect(await posesWithout(each), each.id).toEqual(poses);
      else expect(await posesWithout(each), each.id).not.toEqual(poses);
    }
  });
});

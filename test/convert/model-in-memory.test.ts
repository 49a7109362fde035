import { describe, expect, it } from 'vitest';
import { convertCheckpoint, modelInMemory } from '../../src/convert/index.ts';
import { loadModel } from '../../src/model/load.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

describe('a model in memory', () => {
  it('loads as the checkpoint was, and nothing is fetched', async () => {
    const { files } = await convertCheckpoint(tinyCheckpoint('zip'), { dtype: 'f32' });
    const { modelUrl, fetch } = modelInMemory(files);
    const { weights } = await loadModel(modelUrl, { fetch });
    const expected = formulaWeights(TINY_W4);
    expect(new Set(weights.keys())).toEqual(new Set(expected.keys()));
    for (const [name, { shape, data }] of expected) expect(weights.get(name), name).toEqual({ shape, data });
  });

  it('says so where a file is missing', async () => {
    const { files } = await convertCheckpoint(tinyCheckpoint('legacy'));
    const { modelUrl, fetch } = modelInMemory(files.slice(0, -1));
    await expect(loadModel(modelUrl, { fetch })).rejects.toMatchObject({ code: 'download-failed' });
  });
});

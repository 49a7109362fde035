import type { ManyposeError } from '../../src/errors.ts';
import { describe, expect, it } from 'vitest';
import { foldBatchNorm } from '../../src/convert/fold.ts';
import { inferDescriptor } from '../../src/convert/infer.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { checkpointShapes } from '../../src/network/weights.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import type { WeightTensor } from '../../src/network/weights.ts';
import { formulaCheckpoint } from '../support/formula-weights.ts';
import { NAMED_MODELS } from '../../src/model/named-models.ts';
import { COCO_W32, TINY_DEKR, TINY_HIGHER, TINY_W4 } from '../support/models.ts';

const network = buildNetwork(TINY_W4);
const tensor = (...shape: number[]): WeightTensor => ({ shape, data: new Float32Array(0) });

describe('foldBatchNorm', () => {
  it('gives the same numbers as convolution and BatchNorm one after the other', () => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    const folded = foldBatchNorm(network, checkpoint);
    const of = (name: string) => checkpoint.get(name)!.data;
    const x = Float32Array.from({ length: 27 }, (_, i) => Math.sin(i));
    for (let channel = 0; channel < 64; channel++) {
      const dot = (weight: Float32Array) => x.reduce((sum, value, i) => sum + value * weight[channel * 27 + i], 0);
      const normed =
        ((dot(of('conv1.weight')) - of('bn1.running_mean')[channel]) / Math.sqrt(of('bn1.running_var')[channel] + 1e-5)) *
          of('bn1.weight')[channel] +
        of('bn1.bias')[channel];
      const ours = dot(folded.get('conv1.weight')!.data) + folded.get('conv1.bias')!.data[channel];
      expect(ours).toBeCloseTo(normed, 5);
    }
  });

  it('leaves layers with a bias of their own alone', () => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    const folded = foldBatchNorm(network, checkpoint);
    expect(folded.get('final_layers.1.bias')).toEqual(checkpoint.get('final_layers.1.bias'));
  });

  it('reports all that is missing, unexpected and misshapen at once', () => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    checkpoint.delete('conv1.weight');
    checkpoint.delete('bn2.running_var');
    checkpoint.set('classifier.weight', tensor(1000, 2048));
    checkpoint.set('conv1.num_batches_tracked', tensor());
    checkpoint.set('final_layers.0.bias', tensor(14));
    expect(() => foldBatchNorm(network, checkpoint)).toThrow(
      expect.objectContaining({
        code: 'checkpoint-mismatch',
        message:
          "the checkpoint is not the network's:\n  2 missing: 1 of conv1, 1 of bn2 (first conv1.weight)\n" +
          '  1 unexpected: 1 of classifier (first classifier.weight)\n' +
          '  1 misshapen: 1 of final_layers (first final_layers.0.bias is [14], not [17])',
        details: [
          'missing: conv1.weight',
          'missing: bn2.running_var',
          'unexpected: classifier.weight',
          'misshapen: final_layers.0.bias is [14], not [17]',
        ],
      }),
    );
  });

  it('sums up long lists in a line', () => {
    const error = catchError(() => foldBatchNorm(network, new Map()));
    expect(error.message).toMatch(
      /^the checkpoint is not the network's:\n  \d+ missing: 1 of conv1, .* and \d+ more modules \(first conv1\.weight\)$/,
    );
    expect(error.details).toHaveLength(checkpointShapes(network).length);
  });

  it.each([NaN, Infinity])('names tensors that hold %d', (value) => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    checkpoint.get('bn2.bias')!.data[3] = value;
    checkpoint.get('conv2.weight')!.data[5] = value;
    expect(() => foldBatchNorm(network, checkpoint)).toThrow(
      expect.objectContaining({
        code: 'invalid-checkpoint',
        message: '2 tensors with NaN or infinite values: conv2.weight, bn2.bias',
      }),
    );
  });

  it('names a negative variance', () => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    checkpoint.get('bn2.running_var')!.data[3] = -1;
    expect(() => foldBatchNorm(network, checkpoint)).toThrow(/bn2\.running_var/);
  });
});

describe('inferDescriptor', () => {
  const shapesOf = (model: ModelDescriptor) =>
    new Map(checkpointShapes(buildNetwork(model)).map(({ name, shape }) => [name, tensor(...shape)]));

  it.each<ModelDescriptor>([
    ...NAMED_MODELS,
    { ...TINY_W4, id: 'coco_w4' },
    { ...TINY_HIGHER, id: 'coco_higher_w4' },
    { ...TINY_DEKR, id: 'dekr_crowdpose_w4' },
    { ...TINY_W4, id: 'coco_w4', heatmapGuidance: false },
  ])('knows $id by its shapes', (model) => {
    expect(inferDescriptor(shapesOf(model))).toEqual(model);
  });

  it('refuses other networks and other numbers of keypoints', () => {
    expect(() => inferDescriptor(new Map([['fc.weight', tensor(10, 10)]]))).toThrow(/not of an adaptive HRNet/);
    const odd = shapesOf(COCO_W32).set('final_layers.0.weight', tensor(21, 32, 1, 1));
    expect(() => inferDescriptor(odd)).toThrow(/21 keypoints; known are coco with 17 and crowdpose with 14/);
  });
});

function catchError(work: () => unknown): ManyposeError {
  try {
    work();
  } catch (error) {
    return error as ManyposeError;
  }
  throw new Error('nothing was thrown');
}

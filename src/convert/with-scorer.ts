import type { Model } from '../model/load.ts';
import type { WeightManifest } from '../model/manifest.ts';
import type { Weights } from '../network/weights.ts';
import type { ModelFile } from './write.ts';
import { modelFiles } from './write.ts';

/**
 * A model's files with this scoring net in place of its own, if it has one. The network's numbers stay what
 * they are: half precision decodes and encodes without loss.
 *
 * @param manifest the model's.
 */
export function withScorer({ descriptor, weights }: Model, manifest: WeightManifest, scorer: Weights): Promise<ModelFile[]> {
  const { source, licence, tensors } = manifest;
  const dtype = tensors.some((entry) => entry.dtype === 'f16') ? 'f16' : 'f32';
  return modelFiles({ model: descriptor, weights, scorer, source, licence }, dtype);
}

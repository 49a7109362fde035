import type { ModelDescriptor } from '../network/descriptor.ts';
import type { WeightDtype } from '../model/manifest.ts';
import type { Weights, WeightTensor } from '../network/weights.ts';
import type { ModelFile } from './write.ts';
import { scorerShapes } from '../model/scorer-shapes.ts';
import { buildNetwork } from '../network/build.ts';
import { parameterCount } from '../network/counts.ts';
import { readCheckpoint } from './checkpoint.ts';
import { checkCheckpoint, foldBatchNorm } from './fold.ts';
import { inferDescriptor } from './infer.ts';
import { modelFiles } from './write.ts';

export interface ConvertOptions {
  /** Precision of the weights in the files; 'f16' unless said otherwise. */
  readonly dtype?: WeightDtype;
  /** What the checkpoint is of; taken from the tensors' shapes if not given. */
  readonly model?: ModelDescriptor;
  /** A second checkpoint, of the rescoring net. */
  readonly scorer?: Uint8Array;
  /** Notes for the manifest: where the weights come from, their licence. */
  readonly source?: string;
  readonly licence?: string;
}

/** What a checkpoint became. */
export interface ConvertedCheckpoint {
  /** Which network it is of. */
  readonly model: ModelDescriptor;
  /** Its trained parameters. */
  readonly parameters: number;
  /** Manifest and shards. */
  readonly files: ModelFile[];
}

/**
 * A PyTorch checkpoint as a model's files. Throws 'invalid-checkpoint', 'unsafe-checkpoint' and
 * 'checkpoint-mismatch' as readCheckpoint, inferDescriptor and foldBatchNorm do.
 */
export async function convertCheckpoint(checkpoint: Uint8Array, options: ConvertOptions = {}): Promise<ConvertedCheckpoint> {
  const tensors = await readCheckpoint(checkpoint);
  const model = options.model ?? inferDescriptor(tensors);
  const network = buildNetwork(model);
  const weights = foldBatchNorm(network, tensors);
  const scorer = options.scorer && (await readScorer(options.scorer, model));
  const { source, licence } = options;
  const files = await modelFiles({ model, weights, scorer, source, licence }, options.dtype ?? 'f16');
  return { model, parameters: parameterCount(network), files };
}

async function readScorer(checkpoint: Uint8Array, model: ModelDescriptor): Promise<Weights> {
  const tensors = await readCheckpoint(checkpoint);
  const shapes = scorerShapes(model.keypointSet);
  checkCheckpoint(shapes, tensors);
  return new Map<string, WeightTensor>(shapes.map(({ name }) => [name, tensors.get(name)!]));
}

import type { Weights } from '../network/weights.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import type { ShardEntry, TensorEntry, WeightDtype, WeightManifest } from '../model/manifest.ts';
import { ManyposeError } from '../errors.ts';
import { float16Bits, isFiniteFloat16 } from '../model/float16.ts';
import { BYTES_PER_NUMBER, MANIFEST_FILE, MANIFEST_FORMAT, MANIFEST_VERSION } from '../model/manifest.ts';
import { sha256 } from '../model/sha256.ts';

/** Small enough that a broken connection costs little and several load at once. */
const MAX_SHARD_BYTES = 4 * 2 ** 20;
/** Every tensor begins at a multiple of this, so that it can be viewed in place. */
const ALIGNMENT = 4;

/** What goes into a model's folder. */
export interface ModelParts {
  readonly model: ModelDescriptor;
  /** BatchNorm folded in. */
  readonly weights: Weights;
  readonly scorer?: Weights;
  readonly source?: string;
  readonly licence?: string;
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A model's files: the manifest, then shards of at most `shardBytes` (a multiple of 4) each.
 *
 * The weights are those that a runtime needs, with BatchNorm folded in: that saves the four vectors
 * of every BatchNorm, spares each page the work, and folds the float32 weights in float64 before
 * they are rounded to half precision, not after. With dtype f16, biases (0.1 % of the numbers) and
 * the small rescoring net stay float32.
 *
 * Throws 'invalid-checkpoint' that names a tensor with a number beyond half precision's 65504.
 */
export async function modelFiles(parts: ModelParts, dtype: WeightDtype, shardBytes = MAX_SHARD_BYTES): Promise<ModelFile[]> {
  const layout = layOut(parts.weights, 0, (shape) => (shape.length > 1 ? dtype : 'f32'));
  const scorerLayout = parts.scorer && layOut(parts.scorer, layout.end, () => 'f32');
  const all = new Uint8Array(scorerLayout?.end ?? layout.end);
  encode(parts.weights, layout.entries, all);
  if (parts.scorer && scorerLayout) encode(parts.scorer, scorerLayout.entries, all);

  const shardFiles: ModelFile[] = [];
  const shards: ShardEntry[] = [];
  const count = Math.ceil(all.length / shardBytes);
  for (let i = 0; i < count; i++) {
    const bytes = all.slice(i * shardBytes, (i + 1) * shardBytes);
    const name = `weights-${String(i + 1).padStart(2, '0')}of${String(count).padStart(2, '0')}.bin`;
    shardFiles.push({ name, bytes });
    shards.push({ file: name, bytes: bytes.length, sha256: await sha256(bytes) });
  }
  const manifest: WeightManifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    model: parts.model,
    ...(parts.source !== undefined && { source: parts.source }),
    ...(parts.licence !== undefined && { licence: parts.licence }),
    shards,
    tensors: layout.entries,
    ...(scorerLayout && { scorer: scorerLayout.entries }),
  };
  return [{ name: MANIFEST_FILE, bytes: new TextEncoder().encode(manifestText(manifest)) }, ...shardFiles];
}

function layOut(
  tensors: Weights,
  start: number,
  dtypeOf: (shape: readonly number[]) => WeightDtype,
): { entries: TensorEntry[]; end: number } {
  let end = start;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const dtype = dtypeOf(shape);
    const entry = { name, shape, dtype, offset: end };
    end = Math.ceil((end + data.length * BYTES_PER_NUMBER[dtype]) / ALIGNMENT) * ALIGNMENT;
    return entry;
  });
  return { entries, end };
}

/** Typed arrays have the machine's order of bytes, which is little-endian wherever there are browsers. */
function encode(tensors: Weights, entries: readonly TensorEntry[], { buffer }: Uint8Array<ArrayBuffer>): void {
  for (const { name, dtype, offset } of entries) {
    const { data } = tensors.get(name)!;
    if (dtype === 'f32') {
      new Float32Array(buffer, offset, data.length).set(data);
      continue;
    }
    const halves = new Uint16Array(buffer, offset, data.length);
    for (let i = 0; i < data.length; i++) {
      halves[i] = float16Bits(data[i]);
      if (!isFiniteFloat16(halves[i])) {
        throw new ManyposeError('invalid-checkpoint', `${name} holds ${data[i]}, beyond half precision: use f32`);
      }
    }
  }
}

/** JSON with one tensor or shard a line: readable, and a change of one shows as one line. */
function manifestText(manifest: WeightManifest): string {
  const fields = Object.entries(manifest).map(([key, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

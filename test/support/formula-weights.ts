/**
 * Weights and inputs from a formula: the networks that the golden outputs in test/fixtures/networks
 * were made with, bit for bit, without a file. Nothing is trained here.
 */
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import type { Network } from '../../src/network/network.ts';
import type { Weights, WeightTensor } from '../../src/network/weights.ts';
import { foldBatchNorm } from '../../src/convert/fold.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { checkpointShapes } from '../../src/network/weights.ts';

/** Draws of uniform(name), each in [0, 1): a small generator seeded with the name's 32-bit FNV-1a hash. */
export function uniformDraws(name: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One tensor of the formula's checkpoint, in C order. */
export function formulaTensor(name: string, shape: readonly number[]): WeightTensor {
  const draw = uniformDraws(name);
  const value = formulaOf(name, shape);
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) data[i] = value(2 * draw() - 1, i);
  return { shape, data };
}

/** What becomes of draw u in [-1, 1) at index i. */
function formulaOf(name: string, shape: readonly number[]): (u: number, i: number) => number {
  if (shape.length === 4) {
    const bound = Math.sqrt(6 / (shape[1] * shape[2] * shape[3]));
    const gain = gainOf(name);
    return (u) => u * bound * gain;
  }
  if (name.endsWith('.running_mean')) return (u) => 0.2 * u;
  if (name.endsWith('.running_var')) return (u) => 1 + 0.4 * u;
  if (name.endsWith('.weight')) return (u) => 1 + 0.2 * u; // 1-d: BatchNorm
  if (/\.transform_matrix_conv\d?\.bias$/.test(name)) return (u, i) => [1, 0, 0, 1][i] + 0.3 * u;
  return (u) => 0.1 * u;
}

function gainOf(name: string): number {
  if (/\.transform_matrix_conv\d?\.weight$/.test(name) || name.endsWith('.translation_conv.weight')) return 0.0003;
  if (name.endsWith('.adapt_conv.weight')) return 0.5;
  if (name.endsWith('.conv3.weight')) return 0.3;
  // The dot keeps the top-level conv2 out.
  if (/\.(stn_)?conv2\.weight$/.test(name) && !name.startsWith('layer1.')) return 0.3;
  return 1;
}

/** The formula's checkpoint for a model: every tensor that carries something, BatchNorm not folded. */
export function formulaCheckpoint(model: ModelDescriptor): Map<string, WeightTensor> {
  return checkpointOf(buildNetwork(model));
}

/** The formula's weights for a model, or a network, as a runtime takes them, BatchNorm folded. */
export function formulaWeights(model: ModelDescriptor | Network): Weights {
  const network = 'layers' in model ? model : buildNetwork(model);
  return foldBatchNorm(network, checkpointOf(network));
}

function checkpointOf(network: Network): Map<string, WeightTensor> {
  return new Map(checkpointShapes(network).map(({ name, shape }) => [name, formulaTensor(name, shape)]));
}

/** The formula's network input [3, height, width], in C order: smoothed noise. Sides in pixels. */
export function formulaInput(width: number, height: number): Float32Array {
  const draw = uniformDraws(`input_${height}x${width}`);
  const noise = new Float32Array(3 * height * width);
  for (let i = 0; i < noise.length; i++) noise[i] = 1.5 * (2 * draw() - 1);

  const input = new Float32Array(noise.length);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let row = Math.max(0, y - 2); row <= Math.min(height - 1, y + 2); row++) {
          for (let column = Math.max(0, x - 2); column <= Math.min(width - 1, x + 2); column++) {
            sum += noise[(channel * height + row) * width + column];
          }
        }
        input[(channel * height + y) * width + x] = Math.fround(sum / 25) * 3;
      }
    }
  }
  return input;
}

import { ManyposeError } from '../errors.ts';
import { scorerShapes } from '../model/scorer-shapes.ts';
import type { Weights, WeightTensor } from '../network/weights.ts';
import type { KeypointSet } from '../pose.ts';

/** One fully connected layer, and what its last pass left. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs]. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly weightGradient: Float64Array;
  readonly biasGradient: Float64Array;
  readonly relu: boolean;
}

/**
 * The scoring net in training: three fully connected layers, ReLU between them, in float64 and plain
 * TypeScript. 85,000 numbers do not need more.
 */
export interface ScorerNetwork {
  /** `l1.weight`, `l1.bias`, `l2.weight`, ...: changed in place by whoever trains. */
  readonly parameters: readonly Float64Array[];
  /** Of the parameters, as `backward` left them. */
  readonly gradients: readonly Float64Array[];
  /** The net's answers to rows of features. */
  predict(features: readonly ArrayLike<number>[]): Float64Array;
  /** Mean squared error of the answers; leaves its gradients in `gradients`. */
  backward(features: readonly ArrayLike<number>[], targets: ArrayLike<number>): number;
  /** As a model holds them. */
  weights(): Weights;
}

/**
 * Weights as the released code starts: uniform in ±√(3 / inputs), biases 0.
 *
 * @param random numbers in [0, 1).
 */
export function initialScorer(set: KeypointSet['id'], random: () => number): Weights {
  return new Map(
    scorerShapes(set).map(({ name, shape }): [string, WeightTensor] => {
      const bound = shape.length === 2 ? Math.sqrt(3 / shape[1]) : 0;
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, { shape, data: Float32Array.from({ length }, () => bound * (2 * random() - 1)) }];
    }),
  );
}

/** @throws ManyposeError `invalid-model` for weights that are not a scoring net's. */
export function createScorerNetwork(set: KeypointSet['id'], weights: Weights): ScorerNetwork {
  const shapes = scorerShapes(set);
  for (const { name, shape } of shapes) {
    const found = weights.get(name);
    if (found?.shape.join() === shape.join()) continue;
    throw new ManyposeError('invalid-model', `${name}: expected shape [${shape}], got ${found ? `[${found.shape}]` : 'nothing'}`);
  }
  const layers = ['l1', 'l2', 'l3'].map((name, depth, all): Layer => {
    const {
      shape: [outputs, inputs],
      data,
    } = weights.get(`${name}.weight`)!;
    return {
      inputs,
      outputs,
      weight: Float64Array.from(data),
      bias: Float64Array.from(weights.get(`${name}.bias`)!.data),
      weightGradient: new Float64Array(data.length),
      biasGradient: new Float64Array(outputs),
      relu: depth < all.length - 1,
    };
  });
  const parameters = layers.flatMap(({ weight, bias }) => [weight, bias]);

  function activations(features: readonly ArrayLike<number>[]): Float64Array[] {
    const [{ inputs }] = layers;
    const rows = new Float64Array(features.length * inputs);
    features.forEach((row, i) => {
      if (row.length !== inputs)
        throw new ManyposeError('invalid-argument', `expected ${inputs} features for ${set}, got ${row.length}`);
      rows.set(row, i * inputs);
    });
    const values: Float64Array[] = [rows];
    for (const layer of layers) values.push(forward(layer, values[values.length - 1], features.length));
    return values;
  }

  return {
    parameters,
    gradients: layers.flatMap(({ weightGradient, biasGradient }) => [weightGradient, biasGradient]),
    predict: (features) => activations(features)[layers.length],

    backward(features, targets) {
      const all = activations(features);
      const answers = all[layers.length];
      let loss = 0;
      let gradient: Float64Array = answers.map((answer, i) => {
        loss += (answer - targets[i]) ** 2 / answers.length;
        return (2 * (answer - targets[i])) / answers.length;
      });
      for (let depth = layers.length - 1; depth >= 0; depth--)
        gradient = propagate(layers[depth], all[depth], all[depth + 1], gradient, features.length);
      return loss;
    },

    weights: () => new Map(shapes.map(({ name, shape }, i) => [name, { shape, data: Float32Array.from(parameters[i]) }])),
  };
}

function forward({ inputs, outputs, weight, bias, relu }: Layer, from: Float64Array, rows: number): Float64Array {
  const to = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const x = row * inputs;
    for (let o = 0; o < outputs; o++) {
      const w = o * inputs;
      // Two sums do not wait for each other.
      let even = bias[o];
      let odd = 0;
      let i = 0;
      for (; i + 1 < inputs; i += 2) {
        even += weight[w + i] * from[x + i];
        odd += weight[w + i + 1] * from[x + i + 1];
      }
      if (i < inputs) even += weight[w + i] * from[x + i];
      const sum = even + odd;
      to[row * outputs + o] = relu ? Math.max(sum, 0) : sum;
    }
  }
  return to;
}

/** Leaves the layer's gradients, returns that of its input. */
function propagate(
  { inputs, outputs, weight, weightGradient, biasGradient, relu }: Layer,
  from: Float64Array,
  to: Float64Array,
  gradient: Float64Array,
  rows: number,
): Float64Array {
  weightGradient.fill(0);
  biasGradient.fill(0);
  const back = new Float64Array(rows * inputs);
  for (let row = 0; row < rows; row++) {
    const x = row * inputs;
    for (let o = 0; o < outputs; o++) {
      const at = row * outputs + o;
      const g = gradient[at];
      if (g === 0 || (relu && to[at] <= 0)) continue;
      const w = o * inputs;
      biasGradient[o] += g;
      for (let i = 0; i < inputs; i++) {
        weightGradient[w + i] += g * from[x + i];
        back[x + i] += g * weight[w + i];
      }
    }
  }
  return back;
}

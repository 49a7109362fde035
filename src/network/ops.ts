import type { Layer, MapTensor, WeightedLayer } from './network.ts';
import { groupsOf } from './network.ts';

/** All that the rest of a network's side needs to know of an operation. */
interface Operation<L extends Layer> {
  /** Everything a layer reads, in a fixed order. */
  inputs(layer: L): readonly MapTensor[];
  /** Shape of the layer's weight tensor; undefined for an operation without weights. */
  weightShape(layer: L): L extends WeightedLayer ? readonly number[] : undefined;
}

const joins = { inputs: ({ inputs }: { inputs: readonly MapTensor[] }) => inputs, weightShape: () => undefined };

/** Every operation of the networks: one that is missing here does not compile. */
const OPERATIONS: { readonly [Op in Layer['op']]: Operation<Extract<Layer, { op: Op }>> } = {
  conv: {
    inputs: ({ input, shortcut }) => (shortcut ? [input, shortcut] : [input]),
    weightShape: ({ input, output, side }) => [output.channels, input.channels, side, side],
  },
  groupConv: {
    inputs: ({ input }) => [input],
    weightShape: ({ input, output, side }) => [output.channels, input.channels / groupsOf(input), side, side],
  },
  transposedConv: { inputs: ({ input }) => [input], weightShape: ({ input, output }) => [output.channels, input.channels, 4, 4] },
  adaptiveConv: {
    inputs: ({ input, transform, translation, shortcut }) => [
      input,
      transform,
      ...(translation ? [translation] : []),
      ...(shortcut ? [shortcut] : []),
    ],
    weightShape: ({ input, output }) => [output.channels, input.channels / groupsOf(input), 3, 3],
  },
  fuse: joins,
  concat: joins,
  mean: joins,
  maximum: joins,
  split: { ...joins, inputs: ({ input }) => [input] },
};

/** The operation of a layer. The cast says what TypeScript cannot: that a layer fits its own operation. */
function operationOf<L extends Layer>(layer: L): Operation<L> {
  return OPERATIONS[layer.op] as unknown as Operation<L>;
}

/** Everything a layer reads, in a fixed order. */
export function layerInputs(layer: Layer): readonly MapTensor[] {
  return operationOf(layer).inputs(layer);
}

export function isWeighted(layer: Layer): layer is WeightedLayer {
  return operationOf(layer).weightShape(layer) !== undefined;
}

/** Shape of a layer's weight tensor: [out, in of a group, rows, columns]. */
export function weightShapeOf(layer: WeightedLayer): readonly number[] {
  return operationOf(layer).weightShape(layer)!;
}

import type { Layer, MapTensor, WeightedLayer } from './network.ts';
import { groupsOf } from './network.ts';

/** All that the rest of a network's side needs to know of an operation. */
interface Operation<L extends Layer> {
  /** Everything a layer reads, in a fixed order. */
  inputs(layer: L): readonly MapTensor[];
  /** Shape of the layer's weight tensor; undefined for an operation without weights. */
  weightShape(layer: L): L extends WeightedLayer ? readonly number[] : undefined;
  /** Multiply-adds of its convolution for an input of height × width pixels; 0 for what is no convolution. */
  multiplyAdds(layer: L, height: number, width: number): number;
}

const joins = {
  inputs: ({ inputs }: { inputs: readonly MapTensor[] }) => inputs,
  weightShape: () => undefined,
  multiplyAdds: () => 0,
};

/** Every operation of the networks: one that is missing here does not compile. */
const OPERATIONS: { readonly [Op in Layer['op']]: Operation<Extract<Layer, { op: Op }>> } = {
  conv: {
    inputs: ({ input, shortcut }) => (shortcut ? [input, shortcut] : [input]),
    weightShape: ({ input, output, kernel }) => [output.channels, input.channels, kernel, kernel],
    multiplyAdds: (layer, height, width) => convolutionCost(OPERATIONS.conv.weightShape(layer), layer.output, height, width),
  },
  groupConv: {
    inputs: ({ input }) => [input],
    weightShape: ({ input, output, kernel }) => [output.channels, input.channels / groupsOf(input), kernel, kernel],
    multiplyAdds: (layer, height, width) => convolutionCost(OPERATIONS.groupConv.weightShape(layer), layer.output, height, width),
  },
  transposedConv: {
    inputs: ({ input }) => [input],
    weightShape: ({ input, output }) => [output.channels, input.channels, 4, 4],
    // Every input cell meets every weight.
    multiplyAdds: (layer, height, width) =>
      convolutionCost(OPERATIONS.transposedConv.weightShape(layer), layer.input, height, width),
  },
  adaptiveConv: {
    inputs: ({ input, transform, translation, shortcut }) => [
      input,
      transform,
      ...(translation ? [translation] : []),
      ...(shortcut ? [shortcut] : []),
    ],
    weightShape: ({ input, output }) => [output.channels, input.channels / groupsOf(input), 3, 3],
    multiplyAdds: (layer, height, width) =>
      convolutionCost(OPERATIONS.adaptiveConv.weightShape(layer), layer.output, height, width),
  },
  fuse: joins,
  concat: joins,
  mean: joins,
  maximum: joins,
  split: { ...joins, inputs: ({ input }) => [input] },
};

function convolutionCost(weightShape: readonly number[], { stride }: MapTensor, height: number, width: number): number {
  return weightShape.reduce((product, size) => product * size, (height / stride) * (width / stride));
}

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

/** Multiply-adds of one layer's convolution for an input of height × width pixels; 0 for layers without weights. */
export function layerMultiplyAdds(layer: Layer, height: number, width: number): number {
  return operationOf(layer).multiplyAdds(layer, height, width);
}

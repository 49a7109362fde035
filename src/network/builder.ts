import type { AdaptiveConvLayer, CellwiseLayer, ConvLayer, Layer, MapTensor } from './network.ts';

/** Collects layers in execution order; each method adds one and returns its output. */
export class NetworkBuilder {
  readonly layers: Layer[] = [];
  private tensors = 0;

  tensor(label: string, channels: number, stride: number, groups?: number): MapTensor {
    return { id: this.tensors++, label, channels, stride, ...(groups !== undefined && { groups }) };
  }

  conv(
    name: string,
    input: MapTensor,
    channels: number,
    how: Pick<ConvLayer, 'side' | 'norm' | 'relu' | 'shortcut'> & { stride?: 1 | 2 },
  ): MapTensor {
    const stride = how.stride ?? 1;
    const output = this.tensor(name, channels, input.stride * stride);
    this.layers.push({ op: 'conv', name, input, output, ...how, stride });
    return output;
  }

  /** Within each of the input's groups; `channels` is of all groups together. */
  groupConv(name: string, input: MapTensor, channels: number, side: 1 | 3): MapTensor {
    const output = this.tensor(name, channels, input.stride);
    this.layers.push({ op: 'groupConv', name, input, output, side });
    return output;
  }

  transposedConv(name: string, norm: string, input: MapTensor, channels: number): MapTensor {
    const output = this.tensor(name, channels, input.stride / 2);
    this.layers.push({ op: 'transposedConv', name, norm, input, output });
    return output;
  }

  adaptiveConv(
    name: string,
    norm: string,
    input: MapTensor,
    how: Pick<AdaptiveConvLayer, 'transform' | 'translation' | 'dilation' | 'shortcut'>,
  ): MapTensor {
    const output = this.tensor(name, input.channels, input.stride, input.groups);
    this.layers.push({ op: 'adaptiveConv', name, norm, input, ...how, output, relu: true });
    return output;
  }

  /** ReLU(sum), at the first input's shape; coarser inputs are repeated. */
  fuse(name: string, inputs: readonly MapTensor[], stride: number): MapTensor {
    const output = this.tensor(name, inputs[0].channels, stride);
    this.layers.push({ op: 'fuse', name, inputs, output, upsampling: 'nearest' });
    return output;
  }

  /** Channels one after another, at the first input's stride. */
  concat(name: string, inputs: readonly MapTensor[]): MapTensor {
    const channels = inputs.reduce((sum, input) => sum + input.channels, 0);
    const output = this.tensor(name, channels, inputs[0].stride);
    this.layers.push({ op: 'concat', name, inputs, output });
    return output;
  }

  mean(name: string, inputs: readonly MapTensor[]): MapTensor {
    return this.cellwise('mean', name, inputs);
  }

  maximum(name: string, inputs: readonly MapTensor[]): MapTensor {
    return this.cellwise('maximum', name, inputs);
  }

  split(name: string, input: MapTensor, groups: number): MapTensor {
    const output = this.tensor(name, input.channels, input.stride, groups);
    this.layers.push({ op: 'split', name, input, output });
    return output;
  }

  private cellwise(op: CellwiseLayer['op'], name: string, inputs: readonly MapTensor[]): MapTensor {
    const output = this.tensor(name, inputs[0].channels, inputs[0].stride);
    this.layers.push({ op, name, inputs, output });
    return output;
  }
}

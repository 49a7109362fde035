import type { CellwiseLayer, ConcatLayer, FuseLayer, Layer, MapTensor } from '../../src/network/network.ts';
import type { Planes } from '../../src/ops/planes.ts';
import type { RunLayers } from './describe-layers.ts';
import { noise } from './parity.ts';

/** Noise maps: the first one of the given size, the others `factors[i]` times smaller. */
export function noiseMaps(width: number, height: number, channels: readonly number[], factors: readonly number[]): Planes[] {
  return channels.map((count, i): Planes => {
    const map = { channels: count, width: width / factors[i], height: height / factors[i] };
    return { ...map, values: noise(`map ${i}`, count * map.width * map.height) };
  });
}

/**
 * Runs a layer that joins maps; the widest one's size is the output's.
 *
 * @returns [outChannels, height, width].
 */
export function runJoin(
  run: RunLayers,
  op: (FuseLayer | ConcatLayer | CellwiseLayer)['op'],
  inputs: readonly Planes[],
  outChannels: number,
  upsampling: FuseLayer['upsampling'] = 'nearest',
): Promise<Float32Array> {
  const width = Math.max(...inputs.map((input) => input.width));
  const height = Math.max(...inputs.map((input) => input.height));
  const maps = inputs.map((input, id): MapTensor => ({
    id,
    label: `input ${id}`,
    channels: input.channels,
    stride: width / input.width,
  }));
  const output: MapTensor = { id: inputs.length, label: 'output', channels: outChannels, stride: 1 };
  const given = new Map(maps.map((map, i) => [map, inputs[i].values]));
  const layer: Layer =
    op === 'fuse' ? { op, name: op, inputs: maps, output, upsampling } : { op, name: op, inputs: maps, output };
  return run([layer], given, new Map(), width, height);
}

import { describe, expect, it } from 'vitest';
import type { AdaptiveConvLayer, ConvLayer, MapTensor } from '../../src/network/network.ts';
import type { Capabilities } from '../../src/webgpu/capabilities.ts';
import { chooseFor } from '../../src/webgpu/kernels/table.ts';

const map = (id: number, channels: number): MapTensor => ({ id, label: `map ${id}`, channels, stride: 4 });
const parts = ({ channels }: MapTensor): number[] => [channels];
const adaptive = (channels: number): AdaptiveConvLayer => ({
  op: 'adaptiveConv',
  name: 'adaptive',
  norm: 'norm',
  input: map(0, 64),
  transform: map(1, 4),
  output: map(2, channels),
  dilation: 1,
  relu: true,
});
const conv: ConvLayer = { op: 'conv', name: 'conv', input: map(0, 64), output: map(1, 64), side: 3, stride: 1, relu: true };
const device = (software: boolean): Capabilities => ({
  features: new Set(),
  limits: {
    maxStorageBufferBindingSize: 2 ** 27,
    maxBufferSize: 2 ** 28,
    maxTextureDimension2D: 8192,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
  },
  software,
});

describe('the choice of kernel variants', () => {
  it.each([
    { layer: adaptive(32), on: 'a CPU driver', software: true, expected: 'wide' },
    { layer: adaptive(256), on: 'a CPU driver', software: true, expected: 'wide' },
    { layer: adaptive(16), on: 'a CPU driver', software: true, expected: 'plain' },
    { layer: adaptive(256), on: 'hardware', software: false, expected: 'plain' },
    { layer: conv, on: 'a CPU driver', software: true, expected: 'plain' },
  ])('$layer.op to $layer.output.channels channels on $on: $expected', async ({ layer, software, expected }) => {
    expect((await chooseFor(device(software))({ layer, parts })).id).toBe(expected);
  });
});

import type { AdaptiveHigherHrnetDescriptor, AdaptiveHrnetDescriptor, DekrDescriptor } from '../../src/network/descriptor.ts';

export const COCO_W32: AdaptiveHrnetDescriptor = {
  id: 'coco_w32',
  architecture: 'adaptive-hrnet',
  keypointSet: 'coco',
  width: 32,
  headWidths: { heatmap: 32, regression: 256 },
  inputSize: 512,
};

/** The same network with few channels: quick enough for every test. */
export const TINY_W4: AdaptiveHrnetDescriptor = {
  ...COCO_W32,
  id: 'tiny_w4',
  width: 4,
  headWidths: { heatmap: 8, regression: 16 },
};

/** Small networks of the other architectures. */
export const TINY_HIGHER: AdaptiveHigherHrnetDescriptor = {
  ...TINY_W4,
  id: 'tiny_higher',
  architecture: 'adaptive-higher-hrnet',
  branches: 'maximum',
};
export const TINY_DEKR: DekrDescriptor = {
  id: 'tiny_dekr',
  architecture: 'dekr',
  keypointSet: 'crowdpose',
  width: 4,
  headWidths: { heatmap: 8, offset: 15 },
  inputSize: 512,
};

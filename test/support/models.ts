import type { ModelDescriptor } from '../../src/network/descriptor.ts';

export const COCO_W32: ModelDescriptor = {
  id: 'coco_w32',
  architecture: 'adaptive-hrnet',
  keypointSet: 'coco',
  width: 32,
  headWidths: { heatmap: 32, regression: 256 },
  inputSize: 512,
};

/** The same network with few channels: quick enough for every test. */
export const TINY_W4: ModelDescriptor = { ...COCO_W32, id: 'tiny_w4', width: 4, headWidths: { heatmap: 8, regression: 16 } };

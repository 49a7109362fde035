import { describe } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { COCO } from '../../src/pose.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { conforms } from './in-node.ts';

describe('cpu', () =>
  conforms({ open: async (model, weights) => createMapsRuntime(createCpuRunner(buildNetwork(model), weights), COCO.mirror) }));

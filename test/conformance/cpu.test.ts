import { describe } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { conforms } from './in-node.ts';

describe('cpu', () =>
  conforms({ open: async (network, weights) => createMapsRuntime(createCpuRunner(network, weights), network) }));

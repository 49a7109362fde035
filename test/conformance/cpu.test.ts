import { describe } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { conforms } from './in-node.ts';

describe('cpu', () =>
  conforms({
    async open(model, weights) {
      const network = buildNetwork(model);
      return createMapsRuntime(createCpuRunner(network, weights), network);
    },
  }));

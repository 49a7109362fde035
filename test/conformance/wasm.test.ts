import { describe } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { conforms } from './in-node.ts';

describe('wasm', () =>
  conforms({
    async open(model, weights) {
      const network = buildNetwork(model);
      return createMapsRuntime(await createWasmRunner(network, weights), network);
    },
  }));

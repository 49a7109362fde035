import { describe } from 'vitest';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { conforms } from './in-node.ts';

describe('wasm', () =>
  conforms({ open: async (network, weights) => createMapsRuntime(await createWasmRunner(network, weights), network) }));

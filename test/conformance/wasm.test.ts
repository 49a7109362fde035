import { describe } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { COCO } from '../../src/pose.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { conforms } from './in-node.ts';

describe('wasm', () =>
  conforms({
    open: async (model, weights) => createMapsRuntime(await createWasmRunner(buildNetwork(model), weights), COCO.mirror),
  }));

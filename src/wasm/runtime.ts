import type { MapTensor, Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import { perBranch } from '../network/per-branch.ts';
import type { InputPlanes, MapsRunner } from '../runtime/maps-runtime.ts';
import { pixelInput } from '../runtime/pixel-input.ts';
import type { Engine } from './engine.ts';
import { layOutFixedMemory } from './fixed-memory.ts';
import { openEngine } from './open-engine.ts';
import type { NetworkProgram } from './network-program.ts';
import { createNetworkProgram } from './network-program.ts';
import { loadWeights } from './weights.ts';

export interface WasmOptions {
  /** At most this many threads; as many as there are cores, up to 8, if left out. One where memory cannot be shared. */
  readonly threads?: number;
}

/** Programs of this many input sizes are kept: those of a video upright and on its side, or of an image at several scales. */
const KEPT_SIZES = 4;

/**
 * Runs a network on our own WebAssembly SIMD kernels, in float32, on workers where they can be had.
 *
 * @throws ManyposeError `no-runtime` where there is no WebAssembly with SIMD or a page forbids it,
 *   `invalid-model` for weights that are not the network's, `out-of-memory`.
 */
export async function createWasmRunner(
  whole: Network,
  wholeWeights: Weights,
  { threads }: WasmOptions = {},
): Promise<MapsRunner<InputPlanes>> {
  const { network, weights } = perBranch(whole, wholeWeights);
  const engine = await openEngine(threads);
  const fixed = layOutFixedMemory(network, engine.threads);
  try {
    await loadWeights(engine, network, weights, fixed);
  } catch (cause) {
    engine.dispose();
    throw cause;
  }
  const programs = new Map<string, NetworkProgram>();

  function programFor(width: number, height: number, kept: readonly MapTensor[]): NetworkProgram {
    const key = `${width}×${height}, ${kept.map(({ id }) => id).join()}`;
    const program =
      programs.get(key) ?? createNetworkProgram(network, [network.input], kept, fixed, engine.threads, width, height);
    programs.delete(key); // to the end, which is the last to go
    programs.set(key, program);
    for (const [oldest] of programs) if (programs.size > KEPT_SIZES) programs.delete(oldest);
    return program;
  }

  return {
    kind: 'wasm',
    adapter: adapterOf(engine),
    input: pixelInput,
    inputOf: (planes) => planes,

    async run({ values, width, height }, kept) {
      const found = await engine.execute(programFor(width, height, kept).work([values]));
      return kept.map(({ stride, channels }, i) => ({
        channels,
        width: width / stride,
        height: height / stride,
        values: found[i],
      }));
    },

    release() {
      // Plain arrays.
    },
    whyLost: () => (engine.isLost() ? 'a thread of WebAssembly ended' : undefined),
    dispose: () => engine.dispose(),
  };
}

function adapterOf({ threads, place }: Engine): string {
  return `SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}${place}`;
}

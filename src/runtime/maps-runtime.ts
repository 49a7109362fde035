import { candidatesFromScales } from '../decode/candidates-from-maps.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';
import type { Network } from '../network/network.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import { checkInput, checkSides } from './input-checks.ts';
import { referenceGeometry } from './passes.ts';
import { runPasses } from './run-passes.ts';
import type { Runtime, RuntimeKind } from './runtime.ts';
import { createTurns } from './turns.ts';

/** A network's input as numbers. */
export interface InputPlanes {
  /** [3, height, width], normalised. */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A way to run a network that hands back whole maps. What every such way needs besides (turns, the
 * flip test, candidates, errors in our terms) is added once, by `createMapsRuntime`.
 */
export interface MapsRunner<Input> {
  readonly kind: RuntimeKind;
  /** The hardware in words. */
  readonly adapter: string;
  /**
   * The input of a frame, or of the flip test's second pass. Synchronous: the pixels are taken
   * before it returns.
   *
   * @param shift pixels that the mirrored input is shifted left by.
   * @throws ManyposeError `invalid-image`, `tainted-image`.
   */
  input(frame: Frame, geometry: InputGeometry, mirrored: boolean, shift?: number): Input;
  /** An input that is given as numbers, which it may keep. */
  inputOf(planes: InputPlanes): Input;
  /** Runs the network; called again only when the promise has settled. */
  run(input: Input): Promise<NetworkMaps>;
  /** Gives back what an input holds, once, whether or not it ran. */
  release(input: Input): void;
  /** What went away that it ran on, in words; undefined as long as nothing did. */
  whyLost(): string | undefined;
  /** Frees everything; called once, when no run is under way. */
  dispose(): void;
}

/**
 * A runtime from what runs its network.
 *
 * @param network what it runs.
 */
export function createMapsRuntime<Input>(runner: MapsRunner<Input>, network: Pick<Network, 'keypointSet' | 'decoding'>): Runtime {
  const turns = createTurns();
  let disposed = false;

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
    checkLost();
  }

  function checkLost(cause?: unknown): void {
    const why = runner.whyLost();
    if (why !== undefined) throw new ManyposeError('device-lost', `${why} (${runner.adapter})`, { cause });
  }

  /** What a runner throws, in our terms. @throws ManyposeError `device-lost`. */
  function translated(cause: unknown): ManyposeError {
    if (cause instanceof ManyposeError) return cause;
    checkLost(cause);
    const code = /out.of.memory|memory.*(grow|allocat)|allocation failed/i.test(messageOf(cause)) ? 'out-of-memory' : 'gpu-error';
    return new ManyposeError(code, `${runner.kind} (${runner.adapter}): ${messageOf(cause)}`, { cause });
  }

  /** Takes inputs at once, and gives them back after their turn or if one cannot be had. */
  function withInputs<Result>(
    takers: readonly (() => Input)[],
    serve: (inputs: readonly Input[]) => Promise<Result>,
  ): Promise<Result> {
    const inputs: Input[] = [];
    const release = (): void => inputs.forEach((input) => runner.release(input));
    try {
      for (const take of takers) inputs.push(take());
    } catch (cause) {
      release();
      throw translated(cause);
    }
    return turns.take(() => serve(inputs)).finally(release);
  }

  async function run(input: Input): Promise<NetworkMaps> {
    // Before: what ran meanwhile may have lost the hardware. After: lost hardware may answer zeros.
    checkLost();
    try {
      const maps = await runner.run(input);
      checkLost();
      return maps;
    } catch (cause) {
      throw translated(cause);
    }
  }

  return {
    kind: runner.kind,
    adapter: runner.adapter,

    async findCandidates(frame, passes) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      check();
      turns.checkRoom();
      for (const { geometry } of passes) checkSides(geometry.width, geometry.height);
      const takers = passes.map(
        ({ geometry, mirrored, shift }) =>
          () =>
            runner.input(frame, geometry, mirrored, shift),
      );
      return withInputs(takers, async (inputs) => {
        const scales = await runPasses(passes, network.keypointSet.mirror, (pass) => run(inputs[passes.indexOf(pass)]));
        const { width, height } = referenceGeometry(passes);
        return candidatesFromScales(scales, width, height, network.decoding);
      });
    },

    async runMaps(values, width, height) {
      check();
      turns.checkRoom();
      checkInput(values, width, height);
      return withInputs([() => runner.inputOf({ values: values.slice(), width, height })], ([input]) => run(input));
    },

    dispose() {
      if (disposed) return;
      disposed = true;
      void turns.ended().then(() => runner.dispose());
    },
  };
}

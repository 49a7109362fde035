import { candidatesFromScales } from '../decode/candidates-from-maps.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';
import { inspectedMaps } from '../network/inspectable.ts';
import type { InspectedMaps } from '../network/inspected-maps.ts';
import { inspectMaps } from '../network/inspected-maps.ts';
import type { MapTensor, Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import { mapOutputs, slicePlanes } from '../network/output-maps.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
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
  /**
   * Runs the network; called again only when the promise has settled.
   *
   * @param kept maps that are wanted, no concatenations.
   * @returns those, in their order.
   */
  run(input: Input, kept: readonly MapTensor[]): Promise<Planes[]>;
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
export function createMapsRuntime<Input>(runner: MapsRunner<Input>, network: Network): Runtime {
  const outputs = outputMaps(network);
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

  async function run(input: Input, kept: readonly MapTensor[]): Promise<Planes[]> {
    // Before: what ran meanwhile may have lost the hardware. After: lost hardware may answer zeros.
    checkLost();
    try {
      const maps = await runner.run(input, kept);
      checkLost();
      return maps;
    } catch (cause) {
      throw translated(cause);
    }
  }

  async function runOutputs(input: Input): Promise<NetworkMaps> {
    const planes = await run(input, outputs);
    return mapOutputs(network.outputs, (output) => slicePlanes(planes[outputs.indexOf(output.map)], output));
  }

  async function runInspected([input]: readonly Input[]): Promise<InspectedMaps> {
    const kept = inspectedMaps(network);
    const planes = await run(input, kept);
    return inspectMaps(network, (map) => planes[kept.indexOf(map)]);
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
        const scales = await runPasses(passes, network.keypointSet.mirror, (pass) => runOutputs(inputs[passes.indexOf(pass)]));
        const { width, height } = referenceGeometry(passes);
        return candidatesFromScales(scales, width, height, network.decoding);
      });
    },

    async inspect(frame, geometry) {
      check();
      turns.checkRoom();
      checkSides(geometry.width, geometry.height);
      return withInputs([() => runner.input(frame, geometry, false)], runInspected);
    },

    async runMaps(values, width, height) {
      check();
      turns.checkRoom();
      checkInput(values, width, height);
      return withInputs([() => runner.inputOf({ values: values.slice(), width, height })], runInspected);
    },

    dispose() {
      if (disposed) return;
      disposed = true;
      void turns.ended().then(() => runner.dispose());
    },
  };
}

import type { FrameProgram } from './frame-program.ts';
import { createFrameProgram } from './frame-program.ts';
import type { joinRuns } from './join-runs.ts';
import { candidatePipelines } from './candidates-program.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import { keepRecent } from './recent.ts';
import type { Scheme } from './scheme.ts';

/** Schemes that are kept ready: a page rarely alternates between more. */
const MAX_SCHEMES = 2;

/** The programs of the schemes used last. */
export interface FramePrograms {
  /** Whether a scheme's code is loaded and its pipelines are compiled. */
  isReady(scheme: Scheme): boolean;
  /** Makes it so. @throws ManyposeError `gpu-error`. */
  prepare(scheme: Scheme): Promise<void>;
  /** The program of a scheme that is ready. @throws ManyposeError `out-of-memory`. */
  of(scheme: Scheme): FrameProgram;
  /** Frees all programs. */
  clear(): void;
}

export function createFramePrograms(loaded: LoadedNetwork): FramePrograms {
  const programs = keepRecent<FrameProgram>(MAX_SCHEMES);
  const ratios = new Set<number>();
  let join: typeof joinRuns | undefined;
  return {
    isReady: ({ ratio, joined }) => ratios.has(ratio) && !(joined && join === undefined),

    async prepare({ ratio, joined }) {
      const { pipelines } = loaded;
      const compiled = pipelines.compile(candidatePipelines(ratio));
      if (joined && !join) {
        // Most pages run a network once for a frame.
        const { JOINING, joinRuns } = await import('./join-runs.ts');
        await pipelines.compile(JOINING);
        join = joinRuns;
      }
      await compiled;
      ratios.add(ratio);
    },

    of: (scheme) => programs.get(scheme.key, () => createFrameProgram(loaded, scheme, scheme.joined ? join : undefined)),
    clear: () => programs.clear(),
  };
}

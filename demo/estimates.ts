import type { Detector, Pose } from 'manypose';
import { latestWins } from './latest.ts';
import { settings } from './settings.ts';
import type { Scene } from './scenes.ts';
import { currentScene, showPoses, showState } from './stage.ts';
import { announce, clearResult, showResult, showRuntime } from './status.ts';

/** The poses of what is on the stage. */
export interface Estimates {
  /** Asks for them, now or as soon as the network is free. */
  request(): void;
  /** Shows those that were found and score the minimum. @returns them; undefined before any were looked for. */
  show(): Pose[] | undefined;
  /** For what comes on the stage next. */
  forget(): void;
}

const isLive = ({ element }: Scene): boolean => element instanceof HTMLVideoElement && !element.paused;

export function createEstimates(detectorNow: () => Detector | undefined, onError: (error: unknown) => void): Estimates {
  /** Also those below the slider's minimum. */
  let found: { poses: Pose[]; timings: Detector['info']['timings'] } | undefined;

  function show(): Pose[] | undefined {
    if (!found) return undefined;
    const poses = found.poses.filter((pose) => pose.score >= settings.minimum);
    showPoses(poses);
    showResult(poses, found.timings);
    return poses;
  }

  async function estimate(): Promise<void> {
    const scene = currentScene();
    const detector = detectorNow();
    if (!scene || !detector) return;
    /** Whether the question is still asked. */
    const isAsked = (): boolean => scene === currentScene() && detector === detectorNow();
    const live = isLive(scene);
    showState(live ? 'live' : 'busy');
    try {
      const poses = await detector.estimatePoses(scene.element, settings.estimation);
      if (!isAsked()) return;
      found = { poses, timings: { ...detector.info.timings } };
      showRuntime(detector.info, settings.runtime);
      announce(show()!.length, live);
      showState(isLive(scene) ? 'live' : 'done');
    } catch (error) {
      if (isAsked()) onError(error);
    }
  }

  return {
    ...latestWins(estimate),
    show,
    forget() {
      found = undefined;
      clearResult();
    },
  };
}

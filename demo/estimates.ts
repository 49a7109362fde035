import type { Detector, Pose } from 'manypose';
import type { Inside, Seen } from './inside/inside.ts';
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
  /** Poses take the place of what went on in the network, or it takes theirs. */
  turn(): void;
  /** For what comes on the stage next. */
  forget(): void;
}

const isLive = ({ element }: Scene): boolean => element instanceof HTMLVideoElement && !element.paused;

/** What was found, also below the slider's minimum. */
interface Found {
  readonly poses: readonly Pose[];
  /** What went on in the network, if it was looked into. */
  readonly seen?: Seen;
  readonly timings: Detector['info']['timings'];
}

/** @param inside what is shown in the place of poses if it is on. */
export function createEstimates(
  detectorNow: () => Detector | undefined,
  inside: Inside,
  onError: (error: unknown) => void,
): Estimates {
  let found: Found | undefined;

  function show(): Pose[] | undefined {
    if (!found) return undefined;
    const isShown = ({ score }: Pose): boolean => score >= settings.minimum;
    const poses = found.poses.filter(isShown);
    if (!inside.isOn) showPoses(poses);
    else if (found.seen) {
      const { inspection } = found.seen;
      const people = inspection.people.filter(({ pose }) => isShown(pose));
      inside.show({ ...found.seen, inspection: { ...inspection, people } });
    }
    showResult(poses, found.timings);
    return poses;
  }

  async function look(detector: Detector, scene: Scene): Promise<Found> {
    if (!inside.isOn) {
      const poses = await detector.estimatePoses(scene.element, settings.estimation);
      return { poses, timings: { ...detector.info.timings } };
    }
    const seen = await inside.look(detector, scene);
    return { poses: seen.inspection.people.map(({ pose }) => pose), seen, timings: { ...detector.info.timings } };
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
      const next = await look(detector, scene);
      if (!isAsked()) return;
      found = next;
      showRuntime(detector.info, settings.runtime);
      announce(show()!.length, live);
      showState(isLive(scene) ? 'live' : 'done');
    } catch (error) {
      if (isAsked()) onError(error);
    }
  }

  /** Whether there is what is to be shown: a look inside is of one run, whatever the settings. */
  function isEnough({ seen }: Found): boolean {
    return inside.isOn ? seen !== undefined : !seen || settings.isPlain;
  }

  const { request } = latestWins(estimate);
  return {
    request,
    show,
    turn() {
      show();
      if (!found || !isEnough(found)) request();
    },
    forget() {
      found = undefined;
      inside.forget();
      clearResult();
    },
  };
}

import { createDetector } from 'manypose';
import type { Detector, DetectorOptions } from 'manypose';
import { settings } from './settings.ts';
import { clearProblem, showLoading, showWork } from './stage.ts';
import type { Work } from './stage.ts';
import { showModel, showNoRuntime, showRuntime } from './status.ts';

/** Where a model's files are, and what to say of where it comes from. */
export interface ModelSource {
  readonly from: Pick<DetectorOptions, 'modelUrl' | 'fetch'>;
  readonly origin: string;
}

/** The model on the page: one at a time is loaded or running. */
export interface Model {
  /** Once it is loaded. */
  readonly detector: Detector | undefined;
  /** Whether it could not be loaded or run; so until it is loaded anew. */
  readonly failed: boolean;
  /** Loads it for the runtime that is chosen, in place of the one that is loaded or being loaded. */
  load(): Promise<void>;
  /** Puts another one in its place as soon as that one can run; until then, and if it cannot, the one that is there goes on. */
  replace(prepare: (signal: AbortSignal, tell: (work: Work) => void) => Promise<ModelSource>): Promise<void>;
  /** Goes back to the page's own. */
  restore(): Promise<void>;
  /** Another detector of it, which is the caller's to dispose of. */
  open(options: Pick<DetectorOptions, 'guidance' | 'adaptive' | 'signal'>): Promise<Detector>;
  /** Ends it after a fault: frames that come meanwhile would only fail again. */
  giveUp(): void;
}

interface Listener {
  loaded(): void;
  /** It cannot be loaded. */
  error(error: unknown): void;
  /** Another one cannot take its place. */
  refused(error: unknown): void;
}

export function createModel(modelUrl: URL, on: Listener): Model {
  const own: ModelSource = { from: { modelUrl }, origin: 'This page’s own.' };
  let source = own;
  let detector: Detector | undefined;
  let failed = false;
  /** What is under way: the latest that was asked for. */
  let current: AbortController | undefined;
  let replacing = false;

  function begin(): AbortController {
    current?.abort();
    return (current = new AbortController());
  }

  function end(): void {
    detector?.dispose();
    detector = undefined;
  }

  async function create({ from }: ModelSource, options: DetectorOptions): Promise<Detector> {
    // The one runtime that its user brings: to compare with.
    if (settings.runtime === 'tfjs-webgpu') await import('@tensorflow/tfjs-backend-webgpu');
    return createDetector({ ...from, ...options, runtime: settings.runtime });
  }

  /** Makes a detector, telling of it; undefined if something else was asked for meanwhile. */
  async function make(
    wanted: ModelSource,
    controller: AbortController,
    tell: (work: Work) => void,
  ): Promise<Detector | undefined> {
    const downloads = wanted === own;
    const detail = downloads ? 'Once, then from the browser’s cache.' : '';
    tell({ label: downloads ? 'Loading the model' : 'Preparing the network', detail });
    const made = await create(wanted, {
      signal: controller.signal,
      onProgress(progress) {
        if (current !== controller) return;
        if (downloads && progress.loaded < progress.total) tell({ label: 'Loading the model', progress });
        else tell({ label: 'Preparing the network', detail });
      },
    });
    if (current === controller) return made;
    made.dispose();
    return undefined;
  }

  function runs(made: Detector): void {
    detector = made;
    failed = false;
    showRuntime(made.info, settings.runtime);
    showModel(made.info.model.id, source.origin, source === own);
    on.loaded();
  }

  const model: Model = {
    get detector() {
      return detector;
    },
    get failed() {
      return failed;
    },

    async load() {
      end();
      failed = false;
      showNoRuntime('Loading…', false);
      clearProblem();
      // The one that is to come will run on what is chosen now.
      if (replacing) return;
      const controller = begin();
      try {
        const made = await make(source, controller, showLoading);
        if (made) runs(made);
      } catch (error) {
        if (current === controller) on.error(error);
      }
    },

    async replace(prepare) {
      const controller = begin();
      const tell = (work: Work): void => {
        if (current === controller) showWork(work);
      };
      replacing = true;
      try {
        const next = await prepare(controller.signal, tell);
        const made = await make(next, controller, tell);
        if (!made) return;
        end();
        source = next;
        showWork(undefined);
        clearProblem();
        replacing = false;
        runs(made);
      } catch (error) {
        if (current !== controller) return;
        showWork(undefined);
        replacing = false;
        // It was still being loaded itself.
        if (!detector && !failed) void model.load();
        on.refused(error);
      }
    },

    restore: () => model.replace(async () => own),

    open: (options) => create(source, options),

    giveUp() {
      failed = true;
      end();
      showNoRuntime('Not running', true);
    },
  };
  return model;
}

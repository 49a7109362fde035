import { createDetector } from 'manypose';
import type { Detector } from 'manypose';
import { settings } from './settings.ts';
import { clearProblem, showLoading } from './stage.ts';
import { showNoRuntime, showRuntime } from './status.ts';

/** The model on the page: one at a time is loaded or running. */
export interface Model {
  /** Once it is loaded. */
  readonly detector: Detector | undefined;
  /** Whether it could not be loaded or run; so until it is loaded anew. */
  readonly failed: boolean;
  /** Loads it for the runtime that is chosen, in place of the one that is loaded or being loaded. */
  load(): Promise<void>;
  /** Ends it after a fault: frames that come meanwhile would only fail again. */
  giveUp(): void;
}

export function createModel(modelUrl: URL, on: { loaded: () => void; error: (error: unknown) => void }): Model {
  let detector: Detector | undefined;
  let loading: AbortController | undefined;
  let failed = false;

  function end(): void {
    detector?.dispose();
    detector = undefined;
  }

  return {
    get detector() {
      return detector;
    },
    get failed() {
      return failed;
    },

    async load() {
      loading?.abort();
      const controller = new AbortController();
      loading = controller;
      end();
      failed = false;
      showNoRuntime('Loading…', false);
      clearProblem();
      showLoading('Loading the model');
      try {
        // The one runtime that its user brings: to compare with.
        if (settings.runtime === 'tfjs-webgpu') await import('@tensorflow/tfjs-backend-webgpu');
        const made = await createDetector({
          modelUrl,
          runtime: settings.runtime,
          inputSize: settings.inputSize,
          signal: controller.signal,
          onProgress: (progress) => {
            if (loading !== controller) return;
            if (progress.loaded < progress.total) showLoading('Loading the model', progress);
            else showLoading('Preparing the network');
          },
        });
        if (loading !== controller) return made.dispose();
        detector = made;
        showRuntime(made.info, settings.runtime);
        on.loaded();
      } catch (error) {
        if (loading === controller) on.error(error);
      }
    },

    giveUp() {
      failed = true;
      end();
      showNoRuntime('Not running', true);
    },
  };
}

import { listCameras, openCamera } from './camera.ts';
import { page } from './page.ts';
import { fillSamples, SAMPLES } from './samples.ts';
import type { Sample } from './samples.ts';
import { openFile, openSample } from './scenes.ts';
import type { Scene } from './scenes.ts';
import { showScene } from './stage.ts';

/** What can be put on the stage: a sample, a file, the camera. */
export interface Choices {
  /** The sample of a name, or the first. */
  chooseSample(name?: string): void;
  chooseFile(file: File): Promise<void>;
  /** @param deviceId which one; the browser's choice if left out. */
  chooseCamera(deviceId?: string): Promise<void>;
}

/**
 * Puts on the stage what is chosen. One that opens late, after another was chosen, is not shown.
 *
 * @param on.shown is told of each scene that comes on the stage.
 */
export function createChoices(on: { shown: (scene: Scene) => void; error: (error: unknown) => void }): Choices {
  let chosen = 0;
  const samples = fillSamples(page.samples, showSample);

  async function choose(open: () => Promise<Scene>, sampleName?: string): Promise<Scene | undefined> {
    const mine = ++chosen;
    try {
      const scene = await open();
      if (mine !== chosen) {
        scene.close();
        return undefined;
      }
      showScene(scene);
      samples.mark(sampleName);
      showCameraOff();
      on.shown(scene);
      return scene;
    } catch (error) {
      if (mine === chosen) on.error(error);
      return undefined;
    }
  }

  function showSample(sample: Sample): void {
    void choose(() => openSample(sample), sample.name);
  }

  function cameraEnded(): void {
    showCameraOff();
    on.error(new DOMException('the camera was disconnected', 'NotFoundError'));
  }

  const choices: Choices = {
    chooseSample: (name) => showSample(SAMPLES.find((sample) => sample.name === name) ?? SAMPLES[0]),

    async chooseFile(file) {
      const scene = await choose(() => openFile(file));
      if (!scene || !(scene.element instanceof HTMLVideoElement)) return;
      // Moving pictures only for those who want them; the player's own button starts it for the others.
      if (!matchMedia('(prefers-reduced-motion: reduce)').matches) await scene.element.play().catch(() => {});
    },

    async chooseCamera(deviceId) {
      page.camera.disabled = true;
      const scene = await choose(() => openCamera(deviceId, cameraEnded));
      page.camera.disabled = false;
      if (!scene) return;
      page.camera.textContent = 'Stop camera';
      page.camera.setAttribute('aria-pressed', 'true');
      await listCameras(page.cameraDevice, page.cameraChoice, scene);
    },
  };
  return choices;
}

function showCameraOff(): void {
  page.camera.textContent = 'Start camera';
  page.camera.setAttribute('aria-pressed', 'false');
  page.cameraChoice.hidden = true;
}

/** Lets people choose by the page's buttons. @param first the sample to go back to when the camera is stopped. */
export function onChoices({ chooseSample, chooseFile, chooseCamera }: Choices, first: string | undefined): void {
  page.openFile.addEventListener('click', () => page.file.click());
  page.file.addEventListener('change', () => {
    const [file] = page.file.files ?? [];
    page.file.value = '';
    if (file) void chooseFile(file);
  });
  page.camera.addEventListener('click', () => {
    if (page.camera.getAttribute('aria-pressed') === 'true') chooseSample(first);
    else void chooseCamera();
  });
  page.cameraDevice.addEventListener('change', () => void chooseCamera(page.cameraDevice.value));
}

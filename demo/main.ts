import { createDetector, ManyposeError } from 'manypose';
import type { Detector, Pose, RuntimeKind } from 'manypose';
import { listCameras, openCamera } from './camera.ts';
import { latestWins, onVideoFrames } from './latest.ts';
import { page } from './page.ts';
import { readParameters } from './parameters.ts';
import { problemOf } from './problems.ts';
import type { Problem } from './problems.ts';
import { fillSamples, SAMPLES } from './samples.ts';
import { openFile, openSample } from './sources.ts';
import type { Source } from './sources.ts';
import { clearProblem, currentSource, showLoading, showPoses, showProblem, showSource, showState } from './stage.ts';
import { announce, clearResult, showNoRuntime, showResult, showRuntime } from './status.ts';

const parameters = readParameters(location.search, document.baseURI);
const SIZES = [256, 384, 512];
/** Low, so that the slider can be moved without running the network again. */
const LOWEST_SCORE = Number(page.minimum.min);

let detector: Detector | undefined;
let loading: AbortController | undefined;
/** Its problem stays on show until the model is loaded anew, whatever is chosen meanwhile. */
let modelFailed = false;
/** Of the picture on the stage, also those below the slider's minimum. */
let found: { poses: Pose[]; timings: Detector['info']['timings'] } | undefined;
let stopFrames: (() => void) | undefined;
/** Counts choices of a source: an earlier one that opens late is not shown. */
let choice = 0;

const askedRuntime = () => page.runtimeChoice.value as 'auto' | RuntimeKind;
const isVideo = (source: Source): boolean => source.element instanceof HTMLVideoElement;
const isLive = (source: Source): boolean => source.element instanceof HTMLVideoElement && !source.element.paused;

// ---- the model ----

async function loadModel(): Promise<void> {
  loading?.abort();
  const controller = new AbortController();
  loading = controller;
  detector?.dispose();
  detector = undefined;
  showNoRuntime('Loading…', false);
  modelFailed = false;
  clearProblem();
  showLoading('Loading the model');
  try {
    // The one runtime that its user brings: to compare with.
    if (askedRuntime() === 'tfjs-webgpu') await import('@tensorflow/tfjs-backend-webgpu');
    const made = await createDetector({
      modelUrl: parameters.modelUrl,
      runtime: askedRuntime(),
      inputSize: Number(page.size.value),
      signal: controller.signal,
      onProgress: (progress) => {
        if (loading !== controller) return;
        if (progress.loaded < progress.total) showLoading('Loading the model', progress);
        else showLoading('Preparing the network');
      },
    });
    if (loading !== controller) return made.dispose();
    detector = made;
    showRuntime(made.info, askedRuntime());
    showState('busy');
    estimates.request();
  } catch (error) {
    if (loading === controller) report(error);
  }
}

// ---- poses of what is on the stage ----

async function estimate(): Promise<void> {
  const source = currentSource();
  const user = detector;
  if (!source || !user) return;
  const live = isLive(source);
  showState(live ? 'live' : 'busy');
  try {
    const poses = await user.estimatePoses(source.element, {
      scoreThreshold: LOWEST_SCORE,
      flip: page.flip.checked,
      inputSize: Number(page.size.value),
    });
    // The answer to a question that is no longer asked.
    if (source !== currentSource() || user !== detector) return;
    found = { poses, timings: { ...user.info.timings } };
    showRuntime(user.info, askedRuntime());
    showFound();
    announce(Number(page.people.textContent), live);
    showState(isLive(source) ? 'live' : 'done');
  } catch (error) {
    if (source !== currentSource() || user !== detector) return;
    report(error);
  }
}

const estimates = latestWins(estimate);

function showFound(): void {
  if (!found) return;
  const minimum = Number(page.minimum.value);
  const poses = found.poses.filter((pose) => pose.score >= minimum);
  showPoses(poses);
  showResult(poses, found.timings);
}

// ---- what is on the stage ----

/** Opens a source and shows it, unless another was chosen meanwhile. */
async function choose(open: () => Promise<Source>, sampleName?: string): Promise<Source | undefined> {
  const mine = ++choice;
  try {
    const source = await open();
    if (mine !== choice) {
      source.close();
      return undefined;
    }
    stopFrames?.();
    stopFrames = undefined;
    found = undefined;
    clearResult();
    if (!modelFailed) clearProblem();
    showSource(source);
    samples.mark(sampleName);
    showCameraOff();
    if (source.element instanceof HTMLVideoElement) {
      stopFrames = onVideoFrames(source.element, () => estimates.request());
    }
    if (detector) {
      showState('busy');
      estimates.request();
    }
    return source;
  } catch (error) {
    if (mine === choice) report(error);
    return undefined;
  }
}

const samples = fillSamples(page.samples, (sample) => void choose(() => openSample(sample), sample.name));

async function chooseFile(file: File): Promise<void> {
  const source = await choose(() => openFile(file));
  if (!source || !(source.element instanceof HTMLVideoElement)) return;
  // Moving pictures only for those who want them; the player's own button starts it for the others.
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) await source.element.play().catch(() => {});
}

function showCameraOff(): void {
  page.camera.textContent = 'Start camera';
  page.camera.setAttribute('aria-pressed', 'false');
  page.cameraChoice.hidden = true;
}

async function chooseCamera(deviceId?: string): Promise<void> {
  page.camera.disabled = true;
  const source = await choose(() =>
    openCamera(deviceId, () => {
      showCameraOff();
      report(new DOMException('the camera was disconnected', 'NotFoundError'));
    }),
  );
  page.camera.disabled = false;
  if (!source) return;
  page.camera.textContent = 'Stop camera';
  page.camera.setAttribute('aria-pressed', 'true');
  await listCameras(page.cameraDevice, page.cameraChoice, source);
}

function chooseFirstSample(): void {
  const sample = SAMPLES.find((each) => each.name === parameters.sample) ?? SAMPLES[0];
  void choose(() => openSample(sample), sample.name);
}

// ---- problems ----

function report(error: unknown): void {
  const problem = problemOf(error, askedRuntime());
  const detail = error instanceof ManyposeError ? `${error.code}: ${error.message}` : String(error);
  const ofModel = problem.action === 'retry-model' || problem.action === 'use-auto';
  if (ofModel) {
    modelFailed = true;
    // Frames that come meanwhile would only fail again.
    detector?.dispose();
    detector = undefined;
    showNoRuntime('Not running', true);
  }
  showProblem(problem, detail, { action: act, close: ofModel ? undefined : closeProblem });
}

function closeProblem(): void {
  clearProblem();
  page.stage.focus({ preventScroll: true });
}

function act(action: NonNullable<Problem['action']>): void {
  if (action === 'choose-file') page.file.click();
  else if (action === 'retry-camera') void chooseCamera();
  else {
    if (action === 'use-auto') page.runtimeChoice.value = 'auto';
    void loadModel();
  }
}

// ---- controls ----

function fillSizes(): void {
  const sizes = SIZES.includes(parameters.size) ? SIZES : [...SIZES, parameters.size].sort((a, b) => a - b);
  page.size.replaceChildren(...sizes.map((size) => new Option(`${size} px`, String(size), false, size === parameters.size)));
}

function showMinimum(): void {
  page.minimumValue.textContent = Number(page.minimum.value).toFixed(2);
}

function savePoses(): void {
  const source = currentSource();
  if (!found || !source) return;
  const minimum = Number(page.minimum.value);
  const poses = found.poses.filter((pose) => pose.score >= minimum);
  const text = JSON.stringify({ image: { name: source.name, width: source.width, height: source.height }, poses }, null, 2);
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const anchor = document.createElement('a');
  Object.assign(anchor, { href: url, download: `${source.name}-poses.json` });
  anchor.click();
  // The download has its own hold on the data once it is under way.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function listen(): void {
  page.openFile.addEventListener('click', () => page.file.click());
  page.file.addEventListener('change', () => {
    const [file] = page.file.files ?? [];
    page.file.value = '';
    if (file) void chooseFile(file);
  });
  page.camera.addEventListener('click', () => {
    if (page.camera.getAttribute('aria-pressed') === 'true') chooseFirstSample();
    else void chooseCamera();
  });
  page.cameraDevice.addEventListener('change', () => void chooseCamera(page.cameraDevice.value));
  for (const control of [page.size, page.flip]) control.addEventListener('change', () => estimates.request());
  page.minimum.addEventListener('input', () => {
    showMinimum();
    showFound();
  });
  page.runtimeChoice.addEventListener('change', () => void loadModel());
  page.save.addEventListener('click', savePoses);
}

function acceptDrops(): void {
  let depth = 0;
  const mark = (): void => void page.stage.classList.toggle('dropping', depth > 0);
  // dragenter and dragleave come for every element crossed: count them.
  document.addEventListener('dragenter', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    depth++;
    mark();
  });
  document.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    mark();
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    depth = 0;
    mark();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) void chooseFile(file);
  });
}

fillSizes();
page.runtimeChoice.value = parameters.runtime;
showMinimum();
clearResult();
listen();
acceptDrops();
chooseFirstSample();
void loadModel();
// The camera's light goes out with the page, also where the page is kept for "back".
addEventListener('pagehide', () => {
  const source = currentSource();
  if (source && isVideo(source) && source.name === 'camera') source.close();
});

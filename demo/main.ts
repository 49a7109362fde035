import { ManyposeError } from 'manypose';
import { isCheckpoint } from './checkpoint/convert-file.ts';
import { onCheckpoints, takeCheckpoint } from './checkpoint/checkpoints.ts';
import { createChoices, onChoices } from './choices.ts';
import { acceptDrops } from './drops.ts';
import { createEstimates } from './estimates.ts';
import { createInside } from './inside/inside.ts';
import { createLab } from './lab/lab.ts';
import { onVideoFrames } from './latest.ts';
import { createModel } from './model.ts';
import { page } from './page.ts';
import { readParameters } from './parameters.ts';
import { problemOf, problemOfReplacement } from './problems.ts';
import type { Problem } from './problems.ts';
import { savePoses } from './save.ts';
import { fillSettings, onSettings, settings } from './settings.ts';
import type { Scene } from './scenes.ts';
import { clearProblem, currentScene, showProblem, showState } from './stage.ts';

// A picture or a video (choices.ts, scenes.ts, camera.ts) goes to the detector (model.ts), which finds poses
// (estimates.ts), which are drawn over it (stage.ts), or what went on in the network (inside/), and counted beside it
// (status.ts).

const parameters = readParameters(location.search, document.baseURI);
fillSettings(parameters);

const model = createModel(parameters.modelUrl, {
  loaded() {
    lookAgain();
    lab.renew();
  },
  error: report,
  refused: reportRefused,
});
const inside = createInside(() => estimates.turn());
const estimates = createEstimates(() => model.detector, inside, report);
const choices = createChoices({ shown: lookAt, error: report });
const lab = createLab(model);
let stopFrames: (() => void) | undefined;

/** What is new on the stage. */
function lookAt({ element }: Scene): void {
  stopFrames?.();
  stopFrames = element instanceof HTMLVideoElement ? onVideoFrames(element, () => estimates.request()) : undefined;
  estimates.forget();
  // The model's problem stays on show until it is loaded anew, whatever is chosen meanwhile.
  if (!model.failed) clearProblem();
  if (model.detector) lookAgain();
  lab.request();
}

function lookAgain(): void {
  showState('busy');
  estimates.request();
}

/** Says what went wrong, and offers what can be done about it. */
function report(error: unknown): void {
  const problem = problemOf(error, settings.runtime);
  const ofModel = problem.action === 'retry-model' || problem.action === 'use-auto';
  if (ofModel) model.giveUp();
  show(problem, error, !ofModel);
}

/** Says why another model cannot take the place of the one that is there. */
function reportRefused(error: unknown): void {
  show(problemOfReplacement(error, settings.runtime), error, true);
}

function show(problem: Problem, error: unknown, closable: boolean): void {
  showProblem(problem, error instanceof ManyposeError ? `${error.code}: ${error.message}` : String(error), {
    action: mend,
    close: closable ? closeProblem : undefined,
  });
}

function take(checkpoint: File): void {
  void takeCheckpoint(checkpoint, model);
}

function mend(action: NonNullable<Problem['action']>): void {
  if (action === 'choose-file') page.file.click();
  else if (action === 'choose-checkpoint') page.checkpoint.click();
  else if (action === 'retry-camera') void choices.chooseCamera();
  else {
    if (action === 'use-auto') settings.runtime = 'auto';
    void model.load();
  }
}

function closeProblem(): void {
  clearProblem();
  if (model.failed) void model.load();
  page.stage.focus({ preventScroll: true });
}

onSettings({
  network() {
    inside.renew();
    estimates.request();
    lab.request();
  },
  minimum() {
    estimates.show();
    lab.show();
  },
  runtime: () => void model.load(),
});
onChoices(choices, parameters.sample);
onCheckpoints(take, () => void model.restore());
acceptDrops((file) => (isCheckpoint(file) ? take(file) : void choices.chooseFile(file)));
page.save.addEventListener('click', () => {
  const [scene, poses] = [currentScene(), estimates.show()];
  if (scene && poses) savePoses(scene, poses);
});
// The camera's light goes out with the page, also where the page is kept for "back".
addEventListener('pagehide', () => {
  const scene = currentScene();
  if (scene?.element instanceof HTMLVideoElement && scene.name === 'camera') scene.close();
});

estimates.forget();
choices.chooseSample(parameters.sample);
void model.load();

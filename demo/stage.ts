import { drawPoses } from 'manypose';
import type { Pose } from 'manypose';
import { page } from './page.ts';
import type { Problem } from './problems.ts';
import type { Scene } from './scenes.ts';

const overlay = document.createElement('canvas');
overlay.setAttribute('role', 'img');
let scene: Scene | undefined;
let drawn: readonly Pose[] = [];

function redraw(): void {
  if (!scene) return;
  // As many pixels as the screen has there: lines stay sharp at any zoom.
  const width = Math.max(1, Math.round(overlay.clientWidth * devicePixelRatio));
  const height = Math.max(1, Math.round(overlay.clientHeight * devicePixelRatio));
  if (overlay.width !== width || overlay.height !== height) Object.assign(overlay, { width, height });
  const context = overlay.getContext('2d')!;
  context.clearRect(0, 0, width, height);
  // Scores were weighed against the minimum per person; of a person that is shown, show what is likely.
  drawPoses(context, drawn, { scale: width / scene.width, scoreThreshold: 0.03 });
}

new ResizeObserver(redraw).observe(page.frame);

/** Puts a scene in the middle, without poses, and gives back the one before it. */
export function showScene(next: Scene): void {
  scene?.close();
  scene = next;
  drawn = [];
  page.frame.style.setProperty('--ratio', String(next.width / next.height));
  page.frame.classList.toggle('mirrored', next.mirrored);
  page.frame.replaceChildren(next.element, overlay);
  page.caption.replaceChildren(...next.caption);
  overlay.setAttribute('aria-label', 'No poses yet');
  redraw();
}

export function currentScene(): Scene | undefined {
  return scene;
}

export function showPoses(poses: readonly Pose[]): void {
  drawn = poses;
  overlay.setAttribute('aria-label', `Skeletons of ${poses.length} ${poses.length === 1 ? 'person' : 'people'}`);
  redraw();
}

/** What the stage tells now; tests wait for it. */
type State = 'loading' | 'busy' | 'done' | 'live';

let state: State = 'loading';
let problemShown = false;

function showAll(): void {
  page.stage.dataset.state = problemShown ? 'problem' : state;
  page.stage.setAttribute('aria-busy', String(!problemShown && (state === 'loading' || state === 'busy')));
  page.loading.hidden = problemShown || state !== 'loading';
  page.problem.hidden = !problemShown;
}

/** A problem on show stays there until `clearProblem`: work that goes on behind it does not hide it. */
export function showState(next: State): void {
  state = next;
  showAll();
}

export function clearProblem(): void {
  problemShown = false;
  showAll();
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Progress of the download in bytes; without it: not known yet, or past it. */
export function showLoading(label: string, progress?: { loaded: number; total: number }): void {
  page.loadingLabel.textContent = label;
  if (progress && progress.total > 0) {
    page.progress.value = progress.loaded / progress.total;
    page.loadingDetail.textContent = `${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB`;
  } else {
    page.progress.removeAttribute('value');
    page.loadingDetail.textContent = 'Once, then from the browser’s cache.';
  }
  showState('loading');
}

const ACTION_LABELS: Record<NonNullable<Problem['action']>, string> = {
  'retry-model': 'Try again',
  'retry-camera': 'Try again',
  'choose-file': 'Choose a file',
  'use-auto': 'Use the best available',
};

/** @param detail the error's own words, for a report */
export function showProblem(
  problem: Problem,
  detail: string,
  on: { action: (action: NonNullable<Problem['action']>) => void; close?: () => void },
): void {
  const { action } = problem;
  // A live video meets the same one at every frame.
  if (problemShown && page.problem.dataset.problem === problem.id) return;
  page.problem.dataset.problem = problem.id;
  page.problemTitle.textContent = problem.title;
  page.problemAdvice.textContent = problem.advice;
  page.problemDetail.textContent = detail;
  page.problemAction.hidden = !action;
  page.problemClose.hidden = !on.close;
  page.problemAction.textContent = action ? ACTION_LABELS[action] : '';
  page.problemAction.onclick = action ? () => on.action(action) : null;
  page.problemClose.onclick = on.close ?? null;
  problemShown = true;
  showAll();
  if (action) page.problemAction.focus({ preventScroll: true });
}

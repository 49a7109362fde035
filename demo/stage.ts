import { drawPoses } from 'manypose';
import type { Pose } from 'manypose';
import { page } from './page.ts';
import type { Problem } from './problems.ts';
import type { Scene } from './scenes.ts';

/** Scores are weighed against the minimum per person; of a person that is shown, show what is likely. */
export const KEYPOINT_MINIMUM = 0.03;

const overlay = document.createElement('canvas');
overlay.setAttribute('role', 'img');
let scene: Scene | undefined;

/** What is drawn over a scene. */
export interface Overlay {
  /** In words. */
  readonly label: string;
  /** Draws it on a clear canvas of `scale` times the scene's size. */
  draw(context: CanvasRenderingContext2D, scale: number): void;
}

const NOTHING: Overlay = { label: 'No poses yet', draw() {} };
let shownOverlay = NOTHING;

/** Draws the overlay anew: what it shows has changed, or its size. */
export function redraw(): void {
  if (!scene) return;
  // As many pixels as the screen has there: lines stay sharp at any zoom.
  const width = Math.max(1, Math.round(overlay.clientWidth * devicePixelRatio));
  const height = Math.max(1, Math.round(overlay.clientHeight * devicePixelRatio));
  if (overlay.width !== width || overlay.height !== height) Object.assign(overlay, { width, height });
  const context = overlay.getContext('2d')!;
  context.clearRect(0, 0, width, height);
  shownOverlay.draw(context, width / scene.width);
}

new ResizeObserver(redraw).observe(page.frame);

/** Puts a scene in the middle, without poses, and gives back the one before it. */
export function showScene(next: Scene): void {
  scene?.close();
  scene = next;
  page.frame.style.setProperty('--ratio', String(next.width / next.height));
  page.frame.classList.toggle('mirrored', next.mirrored);
  page.frame.replaceChildren(next.element, overlay);
  page.caption.replaceChildren(...next.caption);
  showOverlay(NOTHING);
}

export function currentScene(): Scene | undefined {
  return scene;
}

export function showOverlay(next: Overlay): void {
  shownOverlay = next;
  overlay.setAttribute('aria-label', next.label);
  redraw();
}

export function showPoses(poses: readonly Pose[]): void {
  showOverlay({
    label: `Skeletons of ${poses.length} ${poses.length === 1 ? 'person' : 'people'}`,
    draw: (context, scale) => drawPoses(context, poses, { scale, scoreThreshold: KEYPOINT_MINIMUM }),
  });
}

/** What the stage tells now; tests wait for it. */
type State = 'loading' | 'busy' | 'done' | 'live';

let state: State = 'loading';
let problemShown = false;
let workShown = false;

function showAll(): void {
  const shown = workShown ? 'loading' : problemShown ? 'problem' : state;
  page.stage.dataset.state = shown;
  page.stage.setAttribute('aria-busy', String(shown === 'loading' || shown === 'busy'));
  page.loading.hidden = shown !== 'loading';
  page.problem.hidden = shown !== 'problem';
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

/** Something that takes a while, in words. */
export interface Work {
  readonly label: string;
  /** Instead of the bytes. */
  readonly detail?: string;
  /** In bytes; without it: not known yet, or past it. */
  readonly progress?: { readonly loaded: number; readonly total: number };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function describeWork({ label, detail = '', progress }: Work): void {
  page.loadingLabel.textContent = label;
  if (progress && progress.total > 0) {
    page.progress.value = progress.loaded / progress.total;
    page.loadingDetail.textContent = `${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB`;
  } else {
    page.progress.removeAttribute('value');
    page.loadingDetail.textContent = detail;
  }
}

/** The model is being loaded; there is none until then. */
export function showLoading(work: Work): void {
  describeWork(work);
  showState('loading');
}

/** Work beside what the stage tells, and before it: what goes on behind does not hide it. @param work undefined: it has ended */
export function showWork(work: Work | undefined): void {
  const begins = work !== undefined && !workShown;
  if (work) describeWork(work);
  workShown = work !== undefined;
  showAll();
  if (begins) bringIntoView(page.loading);
}

/** For those who have scrolled down to the controls. */
function bringIntoView(box: HTMLElement): void {
  box.scrollIntoView({ block: 'nearest' });
}

const ACTION_LABELS: Record<NonNullable<Problem['action']>, string> = {
  'retry-model': 'Try again',
  'retry-camera': 'Try again',
  'choose-file': 'Choose a file',
  'choose-checkpoint': 'Choose another file',
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
  if (problemShown && page.problem.dataset.problem === problem.id && page.problemDetail.textContent === detail) return;
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
  bringIntoView(page.problem);
}

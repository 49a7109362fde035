import { drawPoses, ManyposeError } from 'manypose';
import type { Pose } from 'manypose';
import { KEYPOINT_MINIMUM } from '../stage.ts';
import { SWITCHES } from './switches.ts';
import type { Switch } from './switches.ts';

/** What the poses of all panels are of. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly mirrored: boolean;
}

/** What a network found on the picture. */
export interface Found {
  readonly poses: readonly Pose[];
  /** Milliseconds it took. */
  readonly time: number;
}

/** One of the pictures side by side, and what is to say of it. */
export interface Panel {
  readonly element: HTMLElement;
  /** A picture that was not looked at yet. */
  wait(picture: Picture | undefined): void;
  busy(): void;
  /** @param whole what was found with everything on, if this is without something */
  show(found: Found, whole: Found | undefined): void;
  /** There is nothing to switch off. */
  idle(why: string): void;
  fail(error: unknown): void;
  /** Draws and counts anew. @param minimum score of the poses that are shown */
  redraw(minimum: number): void;
}

export function createPanel({ id, title, words }: Switch): Panel {
  const element = document.createElement('article');
  const canvas = document.createElement('canvas');
  const caption = document.createElement('div');
  const heading = document.createElement('h3');
  const [result, comparison, explanation] = [0, 1, 2].map(() => document.createElement('p'));
  element.className = 'panel';
  caption.className = 'panel-words';
  element.dataset.panel = id;
  heading.textContent = title;
  result.className = 'panel-result';
  comparison.className = 'panel-comparison';
  explanation.className = 'fine';
  caption.append(heading, result, comparison, explanation);
  element.append(canvas, caption);
  canvas.setAttribute('role', 'img');

  const isWhole = id === SWITCHES[0].id;
  let picture: Picture | undefined;
  let found: Found | undefined;
  let whole: Found | undefined;
  let shownMinimum = 0;

  function say(state: 'waiting' | 'busy' | 'done' | 'idle' | 'failed', text: string, more = ''): void {
    element.dataset.state = state;
    element.setAttribute('aria-busy', String(state === 'busy'));
    result.textContent = text;
    comparison.textContent = more;
    explanation.textContent = isWhole || state === 'idle' ? words : `${words} Switched off at inference, not retrained.`;
    draw();
  }

  const shown = (all: Found): readonly Pose[] => all.poses.filter(({ score }) => score >= shownMinimum);

  function draw(): void {
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d')!;
    context.clearRect(0, 0, width, height);
    const poses = found ? shown(found) : [];
    canvas.setAttribute('aria-label', found ? `${title}: skeletons of ${peopleOf(poses.length)}` : `${title}: no poses yet`);
    if (!picture) return;
    context.drawImage(picture.canvas, 0, 0, width, height);
    drawPoses(context, poses, { scale: width / picture.canvas.width, scoreThreshold: KEYPOINT_MINIMUM });
  }

  new ResizeObserver(draw).observe(canvas);

  return {
    element,
    wait(next) {
      picture = next;
      found = undefined;
      if (next) canvas.style.setProperty('--ratio', String(next.canvas.width / next.canvas.height));
      canvas.classList.toggle('mirrored', Boolean(next?.mirrored));
      say('waiting', 'Waiting…');
    },
    busy: () => say('busy', 'Looking…'),
    show(next, other) {
      found = next;
      whole = other;
      const poses = shown(next);
      say('done', `${peopleOf(poses.length)} · mean score ${meanScore(poses)} · ${Math.round(next.time)} ms`, compare(poses));
    },
    idle: (why) => say('idle', `Changes nothing: ${why}.`),
    fail: (error) => say('failed', error instanceof ManyposeError ? `${error.code}: ${error.message}` : String(error)),
    redraw(minimum) {
      shownMinimum = minimum;
      if (found) this.show(found, whole);
    },
  };

  function compare(poses: readonly Pose[]): string {
    if (!found || !whole) return '';
    if (JSON.stringify(found.poses) === JSON.stringify(whole.poses)) return 'The same poses as with everything on.';
    const more = poses.length - shown(whole).length;
    if (more === 0) return 'As many people as with everything on.';
    return `${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'} than with everything on.`;
  }
}

const peopleOf = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;

function meanScore(poses: readonly Pose[]): string {
  return poses.length === 0 ? '–' : (poses.reduce((sum, { score }) => sum + score, 0) / poses.length).toFixed(2);
}

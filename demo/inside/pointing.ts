import type { Inspection, Point } from 'manypose/draw';
import { page } from '../page.ts';
import type { Scene } from '../scenes.ts';
import type { Pointed } from './views.ts';

/** Tells where a mouse or a finger points on the picture, undefined: nowhere any more; and which keys are pressed on it. */
export function onPointing(on: { place: (event: PointerEvent | undefined) => void; key: (event: KeyboardEvent) => void }): void {
  page.frame.addEventListener('pointermove', on.place);
  page.frame.addEventListener('pointerdown', on.place);
  page.frame.addEventListener('pointerleave', ({ pointerType }) => {
    // What a finger pointed at stays when it is lifted.
    if (pointerType === 'mouse') on.place(undefined);
  });
  page.frame.addEventListener('keydown', (event) => {
    // A video's own keys are its own.
    if (event.target === page.frame) on.key(event);
  });
}

/** Where an event is on the picture, in pixels of the scene. */
export function placeOf({ clientX, clientY }: PointerEvent, scene: Scene): Point {
  const { left, top, width, height } = page.frame.getBoundingClientRect();
  const across = (clientX - left) / width;
  return { x: (scene.mirrored ? 1 - across : across) * scene.width - 0.5, y: ((clientY - top) / height) * scene.height - 0.5 };
}

/** The person at a place: of those whose box holds it, the one whose center is nearest. */
export function personAt({ people }: Inspection, { x, y }: Point): number | undefined {
  let nearest: number | undefined;
  let least = Infinity;
  people.forEach(({ pose: { box }, center }, i) => {
    const away = Math.hypot(center.x - x, center.y - y);
    if (x < box.xMin || x > box.xMax || y < box.yMin || y > box.yMax || away >= least) return;
    [nearest, least] = [i, away];
  });
  return nearest;
}

/** The person that an arrow key leads to, in the order of the scores; undefined for another key. */
export function personByKey(key: string, { people }: Inspection, { person }: Pointed): number | undefined {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  if (step === undefined || people.length === 0) return undefined;
  if (person === undefined) return step > 0 ? 0 : people.length - 1;
  return (person + step + people.length) % people.length;
}

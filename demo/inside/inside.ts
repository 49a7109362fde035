import type { Detector, KeypointSet } from 'manypose';
import type { Inspection, Point } from 'manypose/draw';
import { page } from '../page.ts';
import { copyOf, createPaper } from '../paper.ts';
import type { Scene } from '../scenes.ts';
import { settings } from '../settings.ts';
import { currentScene, redraw, showOverlay } from '../stage.ts';
import { chosen, fillChoice, onChosen, showView } from './controls.ts';
import { onPointing, personAt, personByKey, placeOf } from './pointing.ts';
import { tapWords } from './tap-words.ts';
import type { Looked, Pointed, View } from './views.ts';

/** What a look into the network gave. */
export interface Seen {
  readonly inspection: Inspection;
  readonly keypointSet: KeypointSet;
  /** What was looked at, of a live picture that went on meanwhile. */
  readonly still?: HTMLCanvasElement;
}

/** The views of what goes on in the network, in the place of the skeletons. */
export interface Inside {
  /** Whether one of them is chosen. */
  readonly isOn: boolean;
  /** Runs the network and keeps what went on in it. */
  look(detector: Detector, scene: Scene): Promise<Seen>;
  show(seen: Seen): void;
  /** The settings have changed. */
  renew(): void;
  /** For what comes on the stage next. */
  forget(): void;
}

/** Sharp enough for maps of a quarter of the input's size; more pixels only take longer. */
const MOST_HEAT_PIXELS = 960;

/** @param onTurn is told when another view is chosen. */
export function createInside(onTurn: () => void): Inside {
  let shown: Seen | undefined;
  let pointed: Pointed = {};

  const looked = ({ inspection }: Seen): Looked => ({ inspection, chosen: chosen.detail, pointed });

  function show(seen: Seen): void {
    const { view } = chosen;
    if (!view) return;
    const { inspection, keypointSet, still } = seen;
    shown = seen;
    if (view.choice) fillChoice(view.choice.label, view.choice.options(inspection, keypointSet));
    const heat = heatOf(view, looked(seen));
    showOverlay({
      label: view.words,
      draw(context, scale) {
        const { width, height } = context.canvas;
        if (still) context.drawImage(still, 0, 0, width, height);
        if (heat) context.drawImage(heat, 0, 0, width, height);
        view.lines?.(context, looked(seen), scale);
      },
    });
    // Who is there now where somebody points.
    const { place, person = 0 } = pointed;
    if (place) point({ place, person: personAt(inspection, place) });
    else if (person >= inspection.people.length) point({});
  }

  function point(next: Pointed): void {
    pointed = next;
    redraw();
    const lines = shown ? tapLines(looked(shown)) : [];
    page.taps.hidden = lines.length === 0;
    page.taps.textContent = lines.join('\n');
    // Not on top of what is pointed at.
    const { y } = next.place ?? shown?.inspection.people[next.person ?? -1]?.center ?? { y: 0 };
    page.taps.classList.toggle('above', y > (currentScene()?.height ?? 0) / 2);
  }

  onChosen({
    view() {
      point({});
      onTurn();
    },
    detail: () => shown && show(shown),
  });
  onPointing({
    place(event) {
      const scene = currentScene();
      if (!scene || !shown || !chosen.view?.taps) return;
      if (!event) return point({});
      const place = placeOf(event, scene);
      const person = personAt(shown.inspection, place);
      // A finger is not as fine: who is there, or else the place.
      point(event.pointerType === 'mouse' || person === undefined ? { place, person } : { person });
    },
    key(event) {
      const person = shown && chosen.view?.taps && personByKey(event.key, shown.inspection, pointed);
      if (person === undefined) return;
      event.preventDefault();
      point({ person });
      page.announcer.textContent = page.taps.textContent;
    },
  });

  return {
    get isOn() {
      return chosen.view !== undefined;
    },
    async look(detector, scene) {
      const { element } = scene;
      // What has controls can be paused, and they must be seen.
      const isLive = element instanceof HTMLVideoElement && !element.controls;
      const still = isLive ? copyOf(scene) : undefined;
      const inspection = await detector.inspect(still ?? element, settings.inspection);
      return { inspection, keypointSet: detector.keypointSet, still };
    },
    show,
    renew: showView,
    forget() {
      shown = undefined;
      point({});
    },
  };
}

/** A view's colours, which take a while, on a canvas of their own. */
function heatOf({ heat }: View, look: Looked): HTMLCanvasElement | undefined {
  if (!heat) return undefined;
  const { frameWidth, frameHeight } = look.inspection.geometry;
  const scale = Math.min(1, MOST_HEAT_PIXELS / Math.max(frameWidth, frameHeight));
  const context = createPaper(Math.max(1, Math.round(frameWidth * scale)), Math.max(1, Math.round(frameHeight * scale)));
  heat(context, look, scale);
  return context.canvas;
}

/** The taps of the person who is pointed at, and of the place, in words. */
function tapLines(look: Looked): string[] {
  const { person, place } = look.pointed;
  const { people } = look.inspection;
  const line = (what: string, at: Point | undefined): string[] => {
    const taps = at && chosen.view?.taps?.(look, at);
    return taps ? [`${what}: ${tapWords(taps, currentScene()?.mirrored ?? false)}`] : [];
  };
  return [...(person === undefined ? [] : line(`Person ${person + 1}`, people[person]?.center)), ...line('Here', place)];
}

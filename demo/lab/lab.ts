import type { Detector } from 'manypose';
import { nextFrame } from '../latest.ts';
import type { Model } from '../model.ts';
import { page } from '../page.ts';
import { copyOf } from '../paper.ts';
import { settings } from '../settings.ts';
import { currentScene } from '../stage.ts';
import { createPanel } from './panel.ts';
import type { Found, Picture } from './panel.ts';
import { SWITCHES } from './switches.ts';
import type { Switch } from './switches.ts';

/** The picture on the stage, side by side as it is found with everything on and with one part of the method off at a time. */
export interface Lab {
  /** Looks again, if the lab is open: another picture, or another way to look. */
  request(): void;
  /** For another model, or another runtime. */
  renew(): void;
  /** Shows those who score the minimum. */
  show(): void;
}

export function createLab(model: Model): Lab {
  const panels = SWITCHES.map((each) => ({ each, panel: createPanel(each) }));
  page.labPanels.replaceChildren(...panels.map(({ panel }) => panel.element));
  /** Networks of the switches that need one of their own; kept from picture to picture. */
  const detectors = new Map<Switch, Detector>();
  let running = new AbortController();
  let picture: Picture | undefined;
  let isOpen = false;

  async function detectorOf(each: Switch, whole: Detector, signal: AbortSignal): Promise<Detector> {
    if (!each.network) return whole;
    const kept = detectors.get(each);
    if (kept) return kept;
    const opened = await model.open({ ...each.network, signal });
    if (signal.aborted) opened.dispose();
    else detectors.set(each, opened);
    return opened;
  }

  function free(): void {
    for (const detector of detectors.values()) detector.dispose();
    detectors.clear();
  }

  function take(next: Picture | undefined): void {
    picture = next;
    for (const { panel } of panels) panel.wait(next);
  }

  async function run(): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const [scene, whole] = [currentScene(), model.detector];
    if (!isOpen) return;
    take(picture);
    if (!scene || !whole) return;
    const { element, mirrored } = scene;
    page.labAgain.hidden = !(element instanceof HTMLVideoElement);
    // A camera that was just opened has not shown anything yet.
    if (element instanceof HTMLVideoElement && (element.autoplay || !element.paused)) await nextFrame(element);
    if (signal.aborted) return;
    const canvas = copyOf(scene);
    take({ canvas, mirrored });

    let first: Found | undefined;
    for (const { each, panel } of panels) {
      const idle = each.idle?.(whole.info);
      if (idle) {
        panel.idle(idle);
        continue;
      }
      panel.busy();
      try {
        const detector = await detectorOf(each, whole, signal);
        if (signal.aborted) return;
        const poses = await detector.estimatePoses(canvas, { ...settings.estimation, ...each.decoding });
        if (signal.aborted) return;
        const found = { poses, time: detector.info.timings.total };
        panel.show(found, first);
        if (each === SWITCHES[0]) first = found;
      } catch (error) {
        // The others are looked at nevertheless.
        if (signal.aborted) return;
        panel.fail(error);
      }
    }
    page.announcer.textContent = 'The ablation lab has looked at the picture';
  }

  const lab: Lab = {
    // A picture too large for a canvas, say: the first panel tells.
    request: () => void run().catch((error: unknown) => panels[0].panel.fail(error)),
    renew() {
      running.abort();
      free();
      lab.request();
    },
    show() {
      for (const { panel } of panels) panel.redraw(settings.minimum);
    },
  };

  function toggle(): void {
    isOpen = !isOpen;
    page.labToggle.textContent = isOpen ? 'Close' : 'Compare';
    page.labToggle.setAttribute('aria-expanded', String(isOpen));
    page.labPanels.hidden = !isOpen;
    page.labAgain.hidden = true;
    if (isOpen) {
      lab.show();
      lab.request();
      // With the samples above it, to choose another one.
      page.samples.scrollIntoView({
        block: 'start',
        behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
      });
    } else {
      running.abort();
      free();
      take(undefined);
    }
  }

  page.labToggle.addEventListener('click', toggle);
  page.labAgain.addEventListener('click', lab.request);
  return lab;
}

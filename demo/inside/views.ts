import type { KeypointName, KeypointSet } from 'manypose';
import { drawCenterMap, drawHeatmaps, drawOffsets, drawSampling, PERSON_COLORS, sampledTaps } from 'manypose/draw';
import type { Inspection, Point, SampledTaps } from 'manypose/draw';

/** What somebody points at. */
export interface Pointed {
  /** Who is there, by place in `inspection.people`. */
  readonly person?: number;
  /** In pixels of the scene. */
  readonly place?: Point;
}

/** What is to be drawn, and how. */
export interface Looked {
  readonly inspection: Inspection;
  /** The value of the view's choice. */
  readonly chosen: string;
  readonly pointed: Pointed;
}

/** One way to show what went on in the network. */
export interface View {
  /** What is to be seen. */
  readonly words: string;
  /** Of what the view shows, one may be chosen: value and title of each, first what is shown if nothing is. */
  readonly choice?: {
    readonly label: string;
    options(inspection: Inspection, set: KeypointSet): [value: string, title: string][];
  };
  /** Colours a transparent canvas `scale` times the scene's size. Called once, for it takes a while. */
  heat?(context: CanvasRenderingContext2D, looked: Looked, scale: number): void;
  /** Draws lines on a canvas `scale` times the scene's size. */
  lines?(context: CanvasRenderingContext2D, looked: Looked, scale: number): void;
  /** The nine taps at a place, where the view is about them. */
  taps?(looked: Looked, place: Point): SampledTaps | undefined;
}

/** Thinner where the picture is shown small, so that taps do not merge into a blot. */
function lineWidth({ canvas }: CanvasRenderingContext2D): number {
  const shown = canvas.width / devicePixelRatio;
  return devicePixelRatio * Math.min(1.75, Math.max(1.2, shown / 400));
}

const words = (name: string): string => name.replaceAll('_', ' ');

/** A layer and one of its groups, from what the choice of it says. */
function layerOf(value: string): { layer: string; group: number } {
  const space = value.indexOf(' ');
  return { group: Number(value.slice(0, space)), layer: value.slice(space + 1) };
}

export const VIEWS = {
  heatmaps: {
    words: 'Where the network sees keypoints: the brighter, the surer.',
    choice: {
      label: 'Keypoint',
      options: (_, { names }) => [['', 'All of them'], ...names.map((name): [string, string] => [name, words(name)])],
    },
    heat: (context, { inspection, chosen }, scale) =>
      drawHeatmaps(context, inspection, { scale, ...(chosen && { keypoint: chosen as KeypointName }) }),
  },
  centers: {
    words: 'Where it sees the middle of a person. Each peak is one.',
    heat: (context, { inspection }, scale) => drawCenterMap(context, inspection, { scale }),
  },
  offsets: {
    words:
      'From each person’s center to where the network’s offsets put the keypoints, before those move onto peaks of the heatmaps.',
    lines: (context, { inspection }, scale) => drawOffsets(context, inspection, { scale, lineWidth: lineWidth(context) }),
  },
  sampling: {
    words:
      'The nine places that an adaptive convolution reads to tell what is at a person’s center: they turn and grow with the person. ' +
      'Point at a person, or anywhere; or use the arrow keys on the picture.',
    choice: {
      label: 'Layer',
      // The last one first: the offsets come from it. Those of some networks move the taps of each keypoint's channels apart.
      options: ({ sampling }, { names }) =>
        [...sampling].reverse().flatMap(({ name, dilation, groups }) =>
          Array.from({ length: groups }, (_, group): [string, string] => {
            const title = name.replace('multi_level_layers_4x_', '');
            return [`${group} ${name}`, `${title}, ${groups > 1 ? words(names[group]) : `dilation ${dilation}`}`];
          }),
        ),
    },
    lines(context, { inspection, chosen, pointed: { person, place } }, scale) {
      const options = { ...layerOf(chosen), scale, lineWidth: lineWidth(context) };
      context.globalAlpha = person === undefined ? 1 : 0.5;
      drawSampling(context, inspection, options);
      context.globalAlpha = 1;
      if (person !== undefined) {
        const color = PERSON_COLORS[person % PERSON_COLORS.length];
        drawSampling(context, inspection, { ...options, at: [inspection.people[person].center], colors: [color] });
      }
      if (place) drawSampling(context, inspection, { ...options, at: [place], colors: ['#ffffff'] });
    },
    taps: ({ inspection, chosen }, place) => sampledTaps(inspection, place, layerOf(chosen)),
  },
} satisfies Record<string, View>;

export type ViewName = keyof typeof VIEWS;

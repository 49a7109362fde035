import type { Point } from '../inspection.ts';
import type { DrawingContext } from './draw-poses.ts';
import { OUTLINE_COLOR, PERSON_COLORS } from './palette.ts';

export interface OverlayOptions {
  /** Units of the context per image pixel: 2 draws on a canvas of twice the image's size. Default 1. */
  readonly scale?: number;
  /** Colours by person, repeated when there are more people. Default: those of `drawPoses`. */
  readonly colors?: readonly string[];
  /** Width of the lines in the context's units. Default 1.5. */
  readonly lineWidth?: number;
}

/** What overlays are drawn with; places are in image pixels, widths and radii in the context's units. */
export interface Pen {
  readonly lineWidth: number;
  colorOf(person: number): string;
  /** Calls `paint` for a dark edge, told how much wider than what is in `color` it is, and then for the colour. */
  outlined(color: string, paint: (wider: number) => void): void;
  line(from: Point, to: Point, width: number): void;
  dot(at: Point, radius: number): void;
}

const DEFAULT_LINE_WIDTH = 1.5;

/** Draws and restores the context's state. Options are checked ones. */
export function onContext(context: DrawingContext, options: OverlayOptions, draw: (pen: Pen) => void): void {
  const { scale = 1, colors = PERSON_COLORS, lineWidth = DEFAULT_LINE_WIDTH } = options;
  // Image pixel (0, 0) is drawn as a whole: its centre is half a pixel from the canvas' corner.
  const on = ({ x, y }: Point): [number, number] => [(x + 0.5) * scale, (y + 0.5) * scale];
  context.save();
  try {
    context.lineCap = 'round';
    context.lineJoin = 'round';
    draw({
      lineWidth,
      colorOf: (person) => colors[person % colors.length],
      outlined(color, paint) {
        for (const [paintColor, wider] of [
          [OUTLINE_COLOR, Math.max(1.5, lineWidth)],
          [color, 0],
        ] as const) {
          context.strokeStyle = paintColor;
          context.fillStyle = paintColor;
          paint(wider);
        }
      },
      line(from, to, width) {
        context.lineWidth = width;
        context.beginPath();
        context.moveTo(...on(from));
        context.lineTo(...on(to));
        context.stroke();
      },
      dot(at, radius) {
        context.beginPath();
        context.arc(...on(at), radius, 0, 2 * Math.PI);
        context.fill();
      },
    });
  } finally {
    context.restore();
  }
}

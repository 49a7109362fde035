import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import type { Inspection, PixelContext, Point } from '../../src/draw/index.ts';
import { drawCenterMap, drawHeatmaps, drawOffsets, drawSampling, PERSON_COLORS, sampledTaps } from '../../src/draw/index.ts';
import { COCO } from '../../src/pose.ts';

const [WIDTH, HEIGHT] = [128, 64];
const [COLUMNS, ROWS] = [WIDTH / 4, HEIGHT / 4];
const CELLS = COLUMNS * ROWS;
/** Of a heatmap and of the center map. */
const HOT = { row: 5, column: 10 };
const HOT_CELL = HOT.row * COLUMNS + HOT.column;
const CENTER: Point = { x: 80, y: 32 };

const planes = (channels: number, value: (channel: number, cell: number) => number) => ({
  channels,
  width: COLUMNS,
  height: ROWS,
  values: Float32Array.from({ length: channels * CELLS }, (_, i) => value(Math.floor(i / CELLS), i % CELLS)),
});

/** Transforms [[yy, yx], [xy, xx]] that are the same at every cell. */
const layer = (name: string, transform: readonly number[], dilation = 1) => ({
  name,
  dilation,
  stride: 4,
  groups: 1,
  transform: planes(4, (channel) => transform[channel]),
});

/** Turned by 30° clockwise, and twice as far apart. */
const [COS, SIN] = [2 * Math.cos(Math.PI / 6), 2 * Math.sin(Math.PI / 6)];

/** Upright taps three times as far apart, then turned by 20° clockwise. */
const [COS20, SIN20] = [Math.cos((20 * Math.PI) / 180), Math.sin((20 * Math.PI) / 180)];
const LEANING = [3 * COS20, SIN20, -3 * SIN20, COS20];

const inspection: Inspection = {
  geometry: { frameWidth: WIDTH, frameHeight: HEIGHT, width: WIDTH, height: HEIGHT, scale: 1, shiftX: 0, shiftY: 0 },
  maps: {
    heatmaps: planes(17, (channel, cell) => (channel === 9 && cell === HOT_CELL ? 0.8 : 0)),
    centerMap: planes(1, (_, cell) => (cell === HOT_CELL ? 0.5 : 0)),
    offsetMap: planes(34, () => 0),
  },
  people: [
    {
      pose: { keypoints: [], score: 1, box: { xMin: 0, yMin: 0, xMax: 0, yMax: 0, width: 0, height: 0 } },
      center: { ...CENTER, score: 0.9 },
      regressed: [
        { x: 80, y: 12 },
        { x: 110, y: 32 },
      ],
    },
  ],
  sampling: [
    layer('plain', [1, 0, 0, 1]),
    layer('dilated', [1, 0, 0, 1], 3),
    layer('mirrored', [1, 0, 0, -1]),
    layer('stretched', [0.5, 0, 0, 2]),
    layer('leaning', LEANING),
    layer('turned', [COS, SIN, -SIN, COS]),
  ],
};

function paper(scale = 1) {
  const context = createCanvas(WIDTH * scale, HEIGHT * scale).getContext('2d');
  context.fillStyle = '#808080';
  context.fillRect(0, 0, WIDTH * scale, HEIGHT * scale);
  const rgb = (x: number, y: number): number[] => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
  const hex = (x: number, y: number): string =>
    `#${rgb(x, y)
      .map((value) => value.toString(16).padStart(2, '0'))
      .join('')}`;
  return { context, pixels: context as unknown as PixelContext, rgb, hex };
}

describe('heatmaps on a picture', () => {
  it('glow where they are high and darken the rest', () => {
    for (const draw of [drawHeatmaps, drawCenterMap]) {
      const { pixels, rgb } = paper();
      draw(pixels, inspection);
      const [red, green, blue] = rgb(4 * HOT.column, 4 * HOT.row);
      expect(Math.min(red, green, blue)).toBeGreaterThan(200);
      expect(rgb(4, 4)).toEqual([64, 64, 64]);
      // Between the hot cell and the next one it is half as hot.
      const [r, , b] = rgb(4 * HOT.column + 2, 4 * HOT.row);
      expect(r).toBeGreaterThan(b + 60);
    }
  });

  it('are drawn one at a time, at another scale and strength', () => {
    const { pixels, rgb } = paper(2);
    drawHeatmaps(pixels, inspection, { keypoint: 'left_wrist', scale: 2, dim: 0, highest: 3.2 });
    const [weak] = [rgb(8 * HOT.column, 8 * HOT.row)];
    expect(weak[0]).toBeGreaterThan(140);
    expect(weak[2]).toBeLessThan(140);
    expect(rgb(8, 8)).toEqual([128, 128, 128]);

    const other = paper();
    drawHeatmaps(other.pixels, inspection, { keypoint: COCO.names[3], dim: 0 });
    expect(other.rgb(4 * HOT.column, 4 * HOT.row)).toEqual([128, 128, 128]);
  });

  it('lie over nothing, too', () => {
    const context = createCanvas(WIDTH, HEIGHT).getContext('2d');
    drawHeatmaps(context as unknown as PixelContext, inspection, { dim: 0.25 });
    expect([...context.getImageData(4, 4, 1, 1).data]).toEqual([0, 0, 0, 64]);
    expect(context.getImageData(4 * HOT.column, 4 * HOT.row, 1, 1).data[3]).toBeGreaterThan(200);
  });
});

describe('offsets on a picture', () => {
  it("go from a person's center to where each keypoint was regressed", () => {
    const { context, hex } = paper();
    drawOffsets(context as unknown as CanvasRenderingContext2D, inspection, { lineWidth: 3 });
    for (const [x, y] of [
      [80, 32],
      [80, 22],
      [80, 12],
      [95, 32],
      [110, 32],
    ])
      expect(hex(x, y), `${x}, ${y}`).toBe(PERSON_COLORS[0]);
    expect(hex(95, 20)).toBe('#808080');
  });
});

describe('sampled taps', () => {
  const shape = (name: string) => sampledTaps(inspection, CENTER, { layer: name })!;

  it('lie a cell apart where nothing moves them, and farther with dilation', () => {
    const { cell, at, taps } = shape('plain');
    expect([cell, at]).toEqual([{ row: 8, column: 20 }, CENTER]);
    expect(taps).toEqual([-4, 0, 4].flatMap((dy) => [-4, 0, 4].map((dx) => ({ x: 80 + dx, y: 32 + dy }))));
    expect(shape('dilated').taps[0]).toEqual({ x: 80 - 12, y: 32 - 12 });
  });

  it('tell their scale, angle and stretch', () => {
    expect(shape('plain')).toMatchObject({ scale: 1, angle: 0, stretch: [1, 1], mirrored: false });
    expect(shape('dilated')).toMatchObject({ scale: 3, angle: 0 });
    // Of [[yy, yx], [xy, xx]] = [[0.5, 0], [0, 2]]: most from left to right.
    expect(shape('stretched')).toMatchObject({ scale: 1, angle: 0, stretch: [2, 0.5], lean: 90 });
    expect(shape('leaning')).toMatchObject({ mirrored: false, lean: expect.closeTo(20, 4) });
    expect(shape('leaning').stretch).toEqual([expect.closeTo(3, 5), expect.closeTo(1, 5)]);
    // The tap above the middle lies to its right.
    expect(shape('leaning').taps[1].x - CENTER.x).toBeCloseTo(4 * 3 * Math.sin((20 * Math.PI) / 180), 4);
    expect(shape('mirrored')).toMatchObject({ scale: 1, angle: 0, mirrored: true });
    const turned = shape('turned');
    expect(turned.scale).toBeCloseTo(2, 5);
    expect(turned.angle).toBeCloseTo(30, 4);
    // Clockwise as it is seen: the tap on the right went down.
    expect(turned.taps[5].y - turned.taps[4].y).toBeCloseTo(4, 4);
  });

  it('are drawn at the center of each person by the last layer, or where and by which they are asked for', () => {
    const { context, hex } = paper();
    const { taps } = sampledTaps(inspection, CENTER)!;
    drawSampling(context as unknown as CanvasRenderingContext2D, inspection);
    for (const { x, y } of taps) expect(hex(Math.round(x), Math.round(y))).toBe(PERSON_COLORS[0]);
    drawSampling(context as unknown as CanvasRenderingContext2D, inspection, {
      layer: 'dilated',
      at: [{ x: 20, y: 20 }],
      colors: ['#ff0000'],
    });
    for (const { x, y } of sampledTaps(inspection, { x: 20, y: 20 }, { layer: 'dilated' })!.taps)
      expect(hex(x, y)).toBe('#ff0000');
  });

  it('are none outside of the image', () => {
    expect(sampledTaps(inspection, { x: -20, y: 4 })).toBeUndefined();
    expect(sampledTaps(inspection, { x: 4, y: 200 })).toBeUndefined();
  });
});

describe('what cannot be drawn', () => {
  const { context, pixels } = paper();
  const drawing = context as unknown as CanvasRenderingContext2D;
  it.each<[string, () => unknown, string]>([
    ['a keypoint that there is not', () => drawHeatmaps(pixels, inspection, { keypoint: 'neck' }), 'no heatmap of neck'],
    ['too much dimming', () => drawCenterMap(pixels, inspection, { dim: 2 }), 'dim must be a number from 0 to 1, got 2'],
    ['no inspection', () => drawHeatmaps(pixels, [] as never), 'inspection must be an inspection'],
    ['no context', () => drawHeatmaps({} as never, inspection), 'context must be a 2D context'],
    [
      'a layer that there is not',
      () => drawSampling(drawing, inspection, { layer: 'conv1' }),
      'called conv1: there are plain, dilated',
    ],
    ['a group that there is not', () => sampledTaps(inspection, CENTER, { group: 1 }), '1 groups of channels, so none is 1'],
    ['a place that is none', () => sampledTaps(inspection, { x: NaN, y: 0 }), 'at must be a place'],
    ['a line without width', () => drawOffsets(drawing, inspection, { lineWidth: 0 }), 'lineWidth must be a positive number'],
    ['no colours', () => drawOffsets(drawing, inspection, { colors: [] }), 'colors must be a list'],
    ['an option that there is not', () => drawOffsets(drawing, inspection, { size: 3 } as never), "no option 'size'"],
  ])('%s', (_, draw, message) => {
    expect(draw).toThrow(expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(message) }));
  });
});

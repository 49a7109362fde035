/**
 * Runs our kernel and our preprocessing for TensorFlow.js on the backend named in the address
 * (`?backend=webgl`) and leaves the differences from the references on `window.tfjsKernels`.
 */
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { fitInput } from '../../src/geometry.ts';
import type { Frame, PixelData } from '../../src/frame.ts';
import { adaptiveConv as reference } from '../../src/ops/adaptive-conv.ts';
import { adaptiveConv } from '../../src/tfjs/adaptive-conv.ts';
import type { BackendName } from '../../src/tfjs/backend.ts';
import { onBackend, openBackend } from '../../src/tfjs/backend.ts';
import { toChannelsLast, toHwio, toPlanes } from '../../src/tfjs/layout.ts';
import { inputOf } from '../../src/tfjs/pixels.ts';
import { uniformDraws } from '../support/formula-weights.ts';

export interface TfjsKernels {
  readonly adapter: string;
  /** Largest error of the adaptive convolution relative to the reference's maximum, by case. */
  readonly adaptiveConv: Readonly<Record<string, number>>;
  /** Largest difference of a canvas' network input from the same pixels', in units of 1/255. */
  readonly canvasInput: number;
  /** The same of the flip test's mirrored input. */
  readonly mirroredInput: number;
  /** The same with a canvas that is shrunk before it is uploaded; the picture is smooth. */
  readonly shrunkInput: number;
}

declare global {
  interface Window {
    tfjsKernels: Promise<TfjsKernels>;
  }
}

window.tfjsKernels = measure(new URL(location.href).searchParams.get('backend') as BackendName);

async function measure(backend: BackendName): Promise<TfjsKernels> {
  const { adapter } = await openBackend(backend);
  return {
    adapter,
    adaptiveConv: await adaptiveConvErrors(backend),
    canvasInput: await inputDifference(backend, 8192, noisyCanvas(90, 70), false),
    mirroredInput: await inputDifference(backend, 8192, noisyCanvas(90, 70), true),
    shrunkInput: await inputDifference(backend, 60, smoothCanvas(90, 70), false),
  };
}

async function adaptiveConvErrors(backend: BackendName): Promise<Record<string, number>> {
  const errors: Record<string, number> = {};
  for (const [inChannels, outChannels, width, height] of [
    [1, 1, 1, 1],
    [4, 4, 1, 1],
    [6, 5, 7, 5],
    [8, 12, 5, 7],
    [32, 32, 9, 13],
  ]) {
    for (const dilation of [1, 2, 3]) {
      for (const full of [false, true]) {
        const cells = width * height;
        const noise = (name: string, length: number, scale = 1) => {
          const draw = uniformDraws(name);
          return Float32Array.from({ length }, () => scale * (2 * draw() - 1));
        };
        const x = noise('x', inChannels * cells);
        const transform = noise('transform', 4 * cells, 3);
        const weight = noise('weight', outChannels * inChannels * 9);
        const bias = noise('bias', outChannels);
        const shortcut = full ? noise('shortcut', outChannels * cells) : undefined;
        const expected = reference(
          { inChannels, outChannels, width, height, dilation },
          { x, transform, weight, bias, shortcut, relu: full },
        );
        const map = (planes: Float32Array, channels: number) =>
          tf.tensor4d(toChannelsLast(planes, channels), [1, height, width, channels]);
        const out = onBackend(backend, () =>
          tf.tidy(() =>
            adaptiveConv(
              {
                x: map(x, inChannels),
                transform: map(transform, 4),
                filter: tf.tensor4d(toHwio(weight, [outChannels, inChannels, 3, 3]), [3, 3, inChannels, outChannels]),
                bias: tf.tensor1d(bias),
                shortcut: shortcut && map(shortcut, outChannels),
              },
              { dilation, relu: full, groups: 1 },
            ),
          ),
        );
        const ours = toPlanes(await out.data(), outChannels);
        out.dispose();
        const name = `${inChannels}→${outChannels} ${width}×${height} dilation ${dilation}${full ? ' shortcut ReLU' : ''}`;
        errors[name] = largestDifference(ours, expected) / Math.max(1e-6, ...expected.map(Math.abs));
      }
    }
  }
  return errors;
}

/** A canvas without sharp edges inside, so that shrinking it changes little. */
function smoothCanvas(width: number, height: number): Frame {
  return canvasOf(width, height, (x, y) => [40 + 2 * x, 60 + 2 * y, 20 + x + y]);
}

/** A canvas of unrelated pixels, on which every misplaced sample shows. */
function noisyCanvas(width: number, height: number): Frame {
  const draw = uniformDraws('canvas');
  return canvasOf(width, height, () => [256 * draw(), 256 * draw(), 256 * draw()].map(Math.floor));
}

function canvasOf(width: number, height: number, colorAt: (x: number, y: number) => number[]): Frame {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.data.set([...colorAt(x, y), 255], (y * width + x) * 4);
    }
  }
  context.putImageData(pixels, 0, 0);
  return { width, height, source: canvas };
}

async function inputDifference(backend: BackendName, maxSide: number, frame: Frame, mirrored: boolean): Promise<number> {
  const canvas = frame.source as HTMLCanvasElement;
  const pixels: PixelData = canvas.getContext('2d')!.getImageData(0, 0, 90, 70);
  const geometry = fitInput(90, 70, 64);
  const [a, b] = onBackend(backend, () => [
    inputOf(frame, geometry, mirrored, maxSide),
    inputOf({ ...frame, source: pixels }, geometry, mirrored, maxSide),
  ]);
  const [drawn, direct] = await Promise.all([a.data(), b.data()]);
  tf.dispose([a, b]);
  // Near the picture's edge the shrunk one blends with the black outside over another width.
  let largest = 0;
  for (let y = 4; y < geometry.height - 4; y++) {
    for (let x = 0; x < geometry.width; x++) {
      const xFrame = (x - geometry.shiftX) / geometry.scale;
      if (xFrame < 4 || xFrame > 85) continue;
      for (let c = 0; c < 3; c++) {
        const i = (y * geometry.width + x) * 3 + c;
        largest = Math.max(largest, Math.abs(drawn[i] - direct[i]));
      }
    }
  }
  return largest * 0.225 * 255; // the mean of the channels' deviations
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

// The network on TensorFlow.js' WebAssembly backend, to compare our kernels with. The package does
// not have this runtime: the backend lacks the adaptive convolution, which is added here.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { pixelsOf } from '../../src/frame-pixels.ts';
import type { Model } from '../../src/model/load.ts';
import type { Planes } from '../../src/ops/planes.ts';
import { preprocess } from '../../src/ops/preprocess.ts';
import { TAPS } from '../../src/ops/sampling.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { registerAdaptiveConv } from '../../src/tfjs/adaptive-conv.ts';
import { execute, uploadWeights } from '../../src/tfjs/execute.ts';
import { toPlanes } from '../../src/tfjs/layout.ts';
import { uploadInput } from '../../src/tfjs/pixels.ts';

/** One thread, as with our kernels beside it. */
export async function openTfjsWasm({ network, weights }: Model): Promise<Runtime> {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const before = tf.engine().backendName;
  await tf.setBackend('wasm');
  registerKernel();
  const uploaded = uploadWeights(network, weights);
  if (before) await tf.setBackend(before);

  /** Work on this backend, which leaves the page's others as they are. */
  async function on<Result>(work: () => Promise<Result>): Promise<Result> {
    const other = tf.engine().backendName;
    await tf.setBackend('wasm');
    try {
      return await work();
    } finally {
      if (other) await tf.setBackend(other);
    }
  }

  return createMapsRuntime(
    {
      kind: 'wasm',
      adapter: 'TensorFlow.js, SIMD, 1 thread',
      input: (frame, geometry, mirrored) => ({
        values: preprocess(pixelsOf(frame), geometry, mirrored),
        width: geometry.width,
        height: geometry.height,
      }),
      inputOf: (planes) => planes,
      run: (planes, kept) =>
        on(async () => {
          const input = uploadInput(planes);
          const maps = execute(network, uploaded, input, kept);
          const found: Planes[] = [];
          for (const { id } of kept) {
            const [, height, width, channels] = maps.get(id)!.shape;
            found.push({ channels, width, height, values: toPlanes(await maps.get(id)!.data(), channels, 0, channels) });
          }
          tf.dispose([input, ...maps.values()]);
          return found;
        }),
      release() {},
      whyLost: () => undefined,
      dispose: () => tf.dispose([...uploaded.values()]),
    },
    network,
  );
}

/** Numbers whose sampled columns are held at once: 4 MiB. */
const MOST_NUMBERS = 2 ** 20;

/** The adaptive convolution: columns sampled in JavaScript, multiplied by the backend's own 1×1 convolution. */
function registerKernel(): void {
  registerAdaptiveConv('wasm', ({ x, transform, filter, bias, shortcut }, { dilation, relu }, wasmBackend) => {
    const backend = wasmBackend as BackendWasm;
    const { kernelFunc: conv } = tf.getKernel('FusedConv2D', 'wasm');
    const [, height, width, channels] = x.shape;
    const [outChannels] = bias.shape;
    const depth = TAPS * channels;
    const cells = height * width;
    const most = Math.max(1, Math.min(cells, Math.floor(MOST_NUMBERS / depth)));
    /** Anew each time: memory that grows takes views with it. */
    const view = ({ dataId }: { dataId: object }, first: number, length: number): Float32Array =>
      new Float32Array(
        (backend.wasm as unknown as { HEAPU8: Uint8Array<ArrayBuffer> }).HEAPU8.buffer,
        backend.dataIdMap.get(dataId).memoryOffset + first * 4,
        length,
      );

    const out = backend.makeOutput([1, height, width, outChannels], 'float32');
    const columns = backend.makeOutput([1, most, 1, depth], 'float32');
    for (let first = 0; first < cells; first += most) {
      const count = Math.min(most, cells - first);
      sampleColumns(
        view(x, 0, cells * channels),
        view(transform, 0, cells * 4),
        view(columns, 0, count * depth),
        { width, height, channels, dilation },
        first,
        count,
      );
      const part = conv({
        backend,
        inputs: {
          x: { dataId: columns.dataId, shape: [1, count, 1, depth], dtype: 'float32' },
          filter: { dataId: filter.dataId, shape: [1, 1, depth, outChannels], dtype: 'float32' },
          bias,
        },
        attrs: { strides: 1, pad: 'valid', dilations: 1, dataFormat: 'NHWC', activation: relu && !shortcut ? 'relu' : 'linear' },
      }) as tf.TensorInfo;
      view(out, first * outChannels, count * outChannels).set(view(part, 0, count * outChannels));
      backend.disposeData(part.dataId);
    }
    backend.disposeData(columns.dataId);
    if (shortcut) {
      const sums = view(out, 0, cells * outChannels);
      const added = view(shortcut, 0, cells * outChannels);
      for (let i = 0; i < sums.length; i++) sums[i] = relu ? Math.max(0, sums[i] + added[i]) : sums[i] + added[i];
    }
    return out;
  });
}

interface Extent {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dilation: number;
}

/** Channels-last x at the taps of cells `first` and on: [count][9][channels] (src/ops/adaptive-conv.ts says where taps lie). */
function sampleColumns(
  x: Float32Array,
  transform: Float32Array,
  columns: Float32Array,
  { width, height, channels, dilation }: Extent,
  first: number,
  count: number,
): void {
  let to = 0;
  for (let cell = first; cell < first + count; cell++) {
    const [yy, yx, xy, xx] = [0, 1, 2, 3].map((i) => transform[4 * cell + i]);
    for (let tap = 0; tap < TAPS; tap++) {
      const gy = Math.floor(tap / 3) - 1;
      const gx = (tap % 3) - 1;
      const y = Math.floor(cell / width) + (yy * gy + yx * gx) + (dilation - 1) * gy;
      const x0 = (cell % width) + (xy * gy + xx * gx) + (dilation - 1) * gx;
      const end = to + channels;
      if (!(y > -1 && y < height && x0 > -1 && x0 < width)) {
        columns.fill(0, to, end);
        to = end;
        continue;
      }
      const top = Math.floor(y);
      const left = Math.floor(x0);
      const [v, u] = [y - top, x0 - left];
      const above = top >= 0 ? 1 - v : 0;
      const below = top + 1 < height ? v : 0;
      const before = left >= 0 ? 1 - u : 0;
      const after = left + 1 < width ? u : 0;
      const at = (row: number, column: number): number =>
        (Math.min(Math.max(row, 0), height - 1) * width + Math.min(Math.max(column, 0), width - 1)) * channels;
      let [i00, i01, i10, i11] = [at(top, left), at(top, left + 1), at(top + 1, left), at(top + 1, left + 1)];
      const [w00, w01, w10, w11] = [above * before, above * after, below * before, below * after];
      for (; to < end; to++) columns[to] = w00 * x[i00++] + w01 * x[i01++] + w10 * x[i10++] + w11 * x[i11++];
    }
  }
}

/**
 * What every runtime must do, whatever it runs on: the same cases in Node (`in-node.ts`) and in a
 * browser (`browser.spec.ts`). A case throws where a runtime does not conform.
 */
import type { ScaleMaps } from '../../src/decode/candidates-from-maps.ts';
import { candidatesFromMaps, candidatesFromScales } from '../../src/decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import type { Frame, PixelData } from '../../src/frame.ts';
import type { InputGeometry } from '../../src/geometry.ts';
import { fitInput } from '../../src/geometry.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { InspectedMaps } from '../../src/network/inspected-maps.ts';
import type { Network } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { finishMaps } from '../../src/ops/finish-maps.ts';
import { mergeFlipped } from '../../src/ops/flip-merge.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { Planes } from '../../src/ops/planes.ts';
import { preprocess } from '../../src/ops/preprocess.ts';
import { sampledPlaces } from '../../src/ops/sampling.ts';
import { COCO } from '../../src/pose.ts';
import type { Pass } from '../../src/runtime/passes.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import SAMPLING from '../fixtures/networks/sampling_tiny_w4.json' with { type: 'json' };
import { formulaInput, formulaWeights, uniformDraws } from '../support/formula-weights.ts';
import { COCO_W32, TINY_DEKR, TINY_HIGHER, TINY_W4 } from '../support/models.ts';
import { referenceMaps } from '../support/reference-maps.ts';
import { relativeError } from '../support/relative-error.ts';
import { smallNetwork } from '../support/small-network.ts';

/** A place to run the cases in. */
export interface Bench {
  /** A runtime for a network on the given weights. */
  open(network: Network, weights: Weights): Promise<Runtime>;
  /** Takes the hardware away from the runtime opened last; left out where there is none to lose. */
  lose?(): Promise<void>;
  /** Numbers of things that must not grow from frame to frame: tensors, GPU objects. */
  held?(): number;
  /** The official implementation's outputs: heatmaps with the center map last, and offsets. */
  golden(model: string, width: number, height: number): Promise<readonly [Float32Array, Float32Array]>;
  /** Sizes of input to compare the small network's outputs at; all if left out. */
  readonly sizes?: number;
}

type Case = (bench: Bench) => Promise<string | void>;

/** Of each output's maximum, in float32. */
const TOLERANCE = 1e-5;
const GOLDEN_SIZES = [
  [192, 128],
  [128, 192],
  [160, 96],
] as const;

export const CASES: Readonly<Record<string, Case>> = {
  async 'says what it is'(bench) {
    const runtime = await openSmall(bench);
    check(runtime.adapter !== '', 'the adapter has no name');
    runtime.dispose();
    return `${runtime.kind} on ${runtime.adapter}`;
  },

  async 'gives the official outputs of a small network'(bench) {
    return goldens(bench, TINY_W4, GOLDEN_SIZES.slice(0, bench.sizes));
  },

  async 'gives the official outputs of the full network'(bench) {
    return goldens(bench, COCO_W32, GOLDEN_SIZES.slice(-1));
  },

  async 'gives what the references give of a small HrHRNet and a small DEKR network'(bench) {
    const words: string[] = [];
    for (const model of [TINY_HIGHER, TINY_DEKR]) {
      const [network, weights, width, height] = [buildNetwork(model), formulaWeights(model), 32, 64];
      const runtime = await bench.open(network, weights);
      if (runtime.kind === 'cpu') return 'these are the references';
      const maps = await runtime.runMaps(formulaInput(width, height), width, height);
      const expected = await referenceMaps(network, weights, width, height);
      const [found, wanted] = [maps, expected].map(namedMaps);
      check([...found.keys()].join() === [...wanted.keys()].join(), `${model.id} gives ${[...found.keys()]}`);
      for (const [name, planes] of wanted) {
        const error = relativeError(found.get(name)!.values, planes.values);
        words.push(`${model.id} ${name} ${error.toExponential(1)}`);
        check(error < TOLERANCE, words.at(-1)!);
      }
      runtime.dispose();
    }
    return words.join('; ');
  },

  async 'tells where adaptive convolutions sampled'(bench) {
    const runtime = await bench.open(buildNetwork(TINY_W4), formulaWeights(TINY_W4));
    const { cells, layers } = SAMPLING as { cells: number[][]; layers: Record<string, number[][][]> };
    const { sampling } = await runtime.runMaps(formulaInput(160, 96), 160, 96);
    check(
      sampling.map(({ name }) => name).join() === Object.keys(layers).join(),
      `layers are ${sampling.map(({ name }) => name)}`,
    );
    let furthest = 0;
    for (const layer of sampling) {
      check(layer.stride === SAMPLING.stride, `${layer.name} has cells of ${layer.stride} pixels`);
      cells.forEach(([row, column], i) =>
        sampledPlaces(layer, row, column).forEach((place, tap) => {
          const [y, x] = layers[layer.name][i][tap];
          furthest = Math.max(furthest, Math.hypot(place.row - y, place.column - x));
        }),
      );
    }
    check(furthest < 1e-3, `taps lie up to ${furthest} cells from where they should`);
    runtime.dispose();
    return `up to ${furthest.toExponential(1)} cells off`;
  },

  async 'shows of a frame what it finds in it'(bench) {
    const runtime = await openSmall(bench);
    const [pixels, geometry] = [picture(90, 70), fitInput(90, 70, 64)];
    const inspected = runtime.inspect(frameOf(pixels), geometry);
    const found = await runtime.findCandidates(frameOf(pixels), passes(geometry, false));
    checkAlike(found, candidatesFromMaps(await inspected, geometry.width, geometry.height), 'inspected');
    check((await inspected).sampling.length === 8, 'eight adaptive convolutions');
    runtime.dispose();
  },

  async 'finds the candidates that the maps of a frame hold'(bench) {
    const runtime = await openSmall(bench);
    const pixels = picture(90, 70);
    const geometry = fitInput(90, 70, 64);
    const mapsOf = (mirrored: boolean): Promise<NetworkMaps> =>
      runtime.runMaps(preprocess(pixels, geometry, mirrored), geometry.width, geometry.height);
    const plain = await mapsOf(false);
    const merged = mergeFlipped(plain, await mapsOf(true), COCO.mirror);
    for (const [flip, maps] of [
      [false, plain],
      [true, merged],
      [false, plain],
    ] as const) {
      const found = await runtime.findCandidates(frameOf(pixels), passes(geometry, flip));
      checkAlike(found, candidatesFromMaps(maps, geometry.width, geometry.height), flip ? 'with the flip test' : 'without');
    }
    runtime.dispose();
  },

  async 'finds the candidates of several scales'(bench) {
    const runtime = await openSmall(bench);
    const pixels = picture(90, 90);
    const scaled = [64, 128].map((side, i): Pass => ({ geometry: fitInput(90, 90, side), scale: i + 1, mirrored: false }));
    const { width, height } = scaled[0].geometry;
    const scales: ScaleMaps[] = [];
    for (const { geometry, scale } of scaled) {
      scales.push({ scale, maps: await runtime.runMaps(preprocess(pixels, geometry), geometry.width, geometry.height) });
    }
    checkAlike(
      await runtime.findCandidates(frameOf(pixels), scaled),
      candidatesFromScales(scales, width, height),
      'of two scales',
    );
    runtime.dispose();
  },

  async "finds the candidates of HrHRNet's maps, with the flip test"(bench) {
    const network = buildNetwork(TINY_HIGHER);
    const runtime = await bench.open(network, weightsWithCenters(network));
    if (runtime.kind === 'cpu') return 'WebAssembly shares what joins the runs, and is quick';
    const pixels = picture(90, 90);
    const geometry = fitInput(90, 90, 64);
    const mapsOf = ({ mirrored, shift }: Pass): Promise<NetworkMaps> =>
      runtime.runMaps(preprocess(pixels, geometry, mirrored, shift), geometry.width, geometry.height);
    const all = passesOf(geometry, network, { flip: true });
    check(all.length === 3, `${all.length} passes`);
    const [plain, mirrored, { heatmaps2x }] = [await mapsOf(all[0]), await mapsOf(all[1]), await mapsOf(all[2])];
    const merged = mergeFlipped(finishMaps(plain), finishMaps({ ...mirrored, heatmaps2x }), COCO.mirror);
    const found = await runtime.findCandidates(frameOf(pixels), all);
    checkAlike(found, candidatesFromMaps(merged, geometry.width, geometry.height), 'of three runs');
    runtime.dispose();
  },

  async 'goes from one input size to another and back'(bench) {
    const runtime = await openSmall(bench);
    const run = (width: number, height: number): Promise<NetworkMaps> =>
      runtime.runMaps(formulaInput(width, height), width, height);
    const first = await run(64, 96);
    for (const [width, height] of [
      [32, 32],
      [96, 64],
      [128, 32],
    ])
      await run(width, height);
    const again = await run(64, 96);
    checkSame(again.heatmaps.values, first.heatmaps.values, 'heatmaps');
    checkSame(again.offsetMap.values, first.offsetMap.values, 'offsets');
    runtime.dispose();
  },

  async 'takes pixels before it returns and serves calls in turn'(bench) {
    const runtime = await openSmall(bench);
    const geometry = fitInput(70, 50, 64);
    const pixels = picture(70, 50);
    const estimate = (): Promise<PoseCandidates> => runtime.findCandidates(frameOf(pixels), passes(geometry, false));
    const alone = await estimate();
    const order: number[] = [];
    const first = estimate().finally(() => order.push(1));
    const second = estimate().finally(() => order.push(2));
    pixels.data.fill(0);
    const third = estimate().finally(() => order.push(3));
    const [a, b, c] = await Promise.all([first, second, third]);
    check(order.join() === '1,2,3', `served in the order ${order}`);
    checkSame(a.peaks.score, alone.peaks.score, 'the first call');
    checkSame(b.peaks.score, alone.peaks.score, 'the second call');
    check(
      c.peaks.score.some((score, i) => score !== alone.peaks.score[i]),
      'a black picture gives what another gave',
    );
    runtime.dispose();
  },

  async 'keeps nothing of a frame'({ held, ...bench }) {
    if (!held) return 'nothing to count here';
    const runtime = await openSmall(bench);
    const geometry = fitInput(70, 50, 64);
    const estimate = (flip: boolean): Promise<unknown> =>
      runtime.findCandidates(frameOf(picture(70, 50)), passes(geometry, flip));
    for (const flip of [false, true]) await estimate(flip);
    const before = held();
    for (const flip of [false, true, true]) await estimate(flip);
    await runtime.runMaps(formulaInput(64, 64), 64, 64);
    check(held() === before, `${held() - before} more than before`);
    runtime.dispose();
  },

  async 'refuses inputs that do not fit'(bench) {
    const runtime = await openSmall(bench);
    for (const [width, height] of [
      [100, 96],
      [0, 32],
      [32, -32],
      [32.5, 32],
    ]) {
      await checkCode(runtime.runMaps(new Float32Array(3), width, height), 'invalid-argument', `${width}×${height}`);
    }
    await checkCode(runtime.runMaps(new Float32Array(7), 32, 32), 'invalid-argument', 'seven values');
    // It still runs.
    await runtime.runMaps(formulaInput(32, 32), 32, 32);
    runtime.dispose();
  },

  async 'refuses weights of another network'(bench) {
    await checkCode(bench.open(buildNetwork(COCO_W32), formulaWeights(TINY_W4)), 'invalid-model', "the small network's weights");
  },

  async 'ends what is under way when it is disposed, and refuses more'(bench) {
    const runtime = await openSmall(bench);
    const underWay = runtime.runMaps(formulaInput(64, 64), 64, 64);
    runtime.dispose();
    runtime.dispose();
    await underWay.catch((error: { code?: string }) => check(error.code === 'disposed', String(error)));
    await checkCode(runtime.runMaps(new Float32Array(3072), 32, 32), 'disposed', 'after dispose');
    await checkCode(
      runtime.findCandidates(frameOf(picture(8, 8)), passes(fitInput(8, 8, 64), false)),
      'disposed',
      'a frame after dispose',
    );
  },

  async 'says so when the hardware is lost'(bench) {
    if (!bench.lose) return 'nothing to lose here';
    const runtime = await openSmall(bench);
    await runtime.runMaps(formulaInput(32, 32), 32, 32);
    await bench.lose();
    await checkCode(runtime.runMaps(formulaInput(32, 32), 32, 32), 'device-lost', 'after the loss');
    runtime.dispose();
  },
};

/** Maps by name, those of adaptive convolutions too. */
function namedMaps({ sampling, ...maps }: InspectedMaps): Map<string, Planes> {
  const moves = sampling.flatMap(({ name, transform, translation }) => [
    [`T of ${name}`, transform] as const,
    ...(translation ? [[`t of ${name}`, translation] as const] : []),
  ]);
  return new Map<string, Planes>([...Object.entries(maps as Record<string, Planes>), ...moves]);
}

/** Layers of every kind, and few of them: what is not about a network's outputs needs no more. */
function openSmall(bench: Omit<Bench, 'held'>): Promise<Runtime> {
  const network = smallNetwork();
  return bench.open(network, weightsWithCenters(network));
}

/** The formula's network finds no center on any picture: here the center map is raised so far that it does. */
function weightsWithCenters(network: Network): Weights {
  const weights = new Map(formulaWeights(network));
  const name = 'final_layers.1.bias';
  const bias = weights.get(name)!;
  const center = 2 * COCO.names.length;
  return weights.set(name, { ...bias, data: bias.data.map((value, i) => (i === center ? value + 2500 : value)) });
}

async function goldens(bench: Bench, model: ModelDescriptor, sizes: readonly (readonly [number, number])[]): Promise<string> {
  const runtime = await bench.open(buildNetwork(model), formulaWeights(model));
  const words: string[] = [];
  for (const [width, height] of sizes) {
    const { heatmaps, centerMap, offsetMap } = await runtime.runMaps(formulaInput(width, height), width, height);
    const expected = await bench.golden(model.id, width, height);
    const errors = [
      relativeError([...heatmaps.values, ...centerMap.values], expected[0]),
      relativeError(offsetMap.values, expected[1]),
    ];
    words.push(`${width}×${height}: heatmaps ${errors[0].toExponential(1)}, offsets ${errors[1].toExponential(1)}`);
    check(
      errors.every((error) => error < TOLERANCE),
      `${model.id} ${words.at(-1)}`,
    );
  }
  runtime.dispose();
  return `${model.id} on ${runtime.adapter}: ${words.join('; ')}`;
}

function passes(geometry: InputGeometry, flip: boolean): Pass[] {
  return (flip ? [false, true] : [false]).map((mirrored) => ({ geometry, scale: 1, mirrored }));
}

/** A picture in which every place looks different. */
function picture(width: number, height: number): PixelData {
  const draw = uniformDraws(`picture ${width}×${height}`);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([40 + 2 * x, 60 + 2 * y, 128 * (1 + Math.sin(x / 5) * Math.cos(y / 7)) + 20 * draw(), 255], 4 * i);
  }
  return { data, width, height };
}

function frameOf(source: PixelData): Frame {
  return { width: source.width, height: source.height, source };
}

/** How far GPU and CPU may differ in what they make of one frame: pixels are resampled in float32 and in float64. */
const SCORE_TOLERANCE = 2e-3;
/** Ranks that small differences of scores do not push over a list's end. */
const SURE_RANKS = 20;

/** The same people and peaks, where small differences may change the order of nearly equal ones. */
function checkAlike(found: PoseCandidates, expected: PoseCandidates, what: string): void {
  const largest = Math.max(...expected.peaks.score);
  const near = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= SCORE_TOLERANCE * scale;
  check(expected.centerScores.length > 0, 'the picture has no centers to compare');
  check(found.centerScores.length === expected.centerScores.length, `${what}: ${found.centerScores.length} centers`);
  found.centerScores.forEach((score, n) =>
    check(near(score, expected.centerScores[n], Math.max(...expected.centerScores)), `${what}: center ${n} scores ${score}`),
  );
  const ranks = expected.peaks.x.length / expected.keypoints;
  for (let k = 0; k < expected.keypoints; k++) {
    for (let rank = 0; rank < Math.min(expected.peaks.count[k], SURE_RANKS); rank++) {
      const at = k * ranks + rank;
      const [x, y, score] = [expected.peaks.x[at], expected.peaks.y[at], expected.peaks.score[at]];
      const there = Array.from({ length: found.peaks.count[k] }, (_, r) => k * ranks + r).some(
        (i) => Math.hypot(found.peaks.x[i] - x, found.peaks.y[i] - y) <= 1 && near(found.peaks.score[i], score, largest),
      );
      check(there, `${what}: no peak of keypoint ${k} at (${x}, ${y}) with ${score}`);
    }
  }
}

/** Equal but for rounding: TensorFlow.js on WebGPU adds in an order that changes from run to run. */
function checkSame(values: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const error = relativeError(values, expected);
  check(error < TOLERANCE, `${what} differ by ${error} of the largest value`);
}

async function checkCode(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  const found = await promise.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? String(error),
  );
  check(found === code, `${what}: expected ${code}, got ${found}`);
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

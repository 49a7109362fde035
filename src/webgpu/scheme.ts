import type { Network } from '../network/network.ts';
import type { Pass } from '../runtime/passes.ts';
import { passesByScale } from '../runtime/passes.ts';

/** How a frame is run: what its program is made for. Frames of one scheme differ in how they lie in the input. */
export interface Scheme {
  /** Equal for equal schemes. */
  readonly key: string;
  /** The largest first: the order in which suppression walks them. */
  readonly scales: readonly SchemeScale[];
  /** Pixels of scale 1's input per cell of the heatmaps that poses are decoded from. */
  readonly ratio: number;
  /** Whether maps of several runs, or heatmaps of two sizes, are joined. */
  readonly joined: boolean;
}

export interface SchemeScale {
  /** Size of its input, relative to that of scale 1. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** What the network is run on one after another. */
  readonly runs: readonly Run[];
}

/** The image; mirrored, for the flip test; mirrored and shifted otherwise, for the finer heatmaps of networks that have them. */
export type Run = 'plain' | 'mirrored' | 'mirrored2x';

/** A scheme and the passes of one frame in the order of its runs. */
export interface ScheduledFrame {
  readonly scheme: Scheme;
  readonly passes: readonly Pass[];
}

/** Input pixels per cell of the maps that poses are decoded from at scale 1. */
export function finishedStride({ outputs: { heatmaps, heatmaps2x } }: Pick<Network, 'outputs'>): number {
  return (heatmaps2x ?? heatmaps).map.stride;
}

/** @param passes as of `passesOf`. */
export function scheduled(network: Pick<Network, 'outputs'>, passes: readonly Pass[]): ScheduledFrame {
  const ordered = passesByScale(passes).sort((a, b) => b.scale - a.scale);
  const scales = ordered.map(({ scale, plain: { geometry }, mirrored, mirrored2x }): SchemeScale => ({
    scale,
    width: geometry.width,
    height: geometry.height,
    runs: ['plain', ...(mirrored ? (['mirrored'] as const) : []), ...(mirrored2x ? (['mirrored2x'] as const) : [])],
  }));
  return {
    scheme: schemeOf(network, scales),
    passes: ordered.flatMap(({ plain, mirrored, mirrored2x }) =>
      [plain, mirrored, mirrored2x].filter((pass) => pass !== undefined),
    ),
  };
}

/** The scheme of an input that the network is run on once. */
export function schemeOfInput(network: Pick<Network, 'outputs'>, width: number, height: number): Scheme {
  return schemeOf(network, [{ scale: 1, width, height, runs: ['plain'] }]);
}

function schemeOf(network: Pick<Network, 'outputs'>, scales: readonly SchemeScale[]): Scheme {
  const stride = finishedStride(network);
  return {
    key: scales.map(({ scale, width, height, runs }) => `${width}×${height} ${scale} ${runs.length}`).join(', '),
    scales,
    ratio: scales.map(({ scale }) => stride / scale).reduce(greatestCommonDivisor),
    joined: scales.length > 1 || scales[0].runs.length > 1 || network.outputs.heatmaps2x !== undefined,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

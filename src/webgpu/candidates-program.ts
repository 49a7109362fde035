import { windowSide } from '../ops/heat-window.ts';
import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import { rankingOf } from '../decode/center-ranking.ts';
import type { Network } from '../network/network.ts';
import { joined } from '../ops/joined.ts';
import type { BufferRange, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { centersCall, centersPipeline } from './kernels/centers.ts';
import { gatherCall, gatherPipeline } from './kernels/gather.ts';
import type { highestCall } from './kernels/highest.ts';
import { peaksCall, peaksPipeline } from './kernels/peaks.ts';
import { LIST_LENGTH, rankCall, rankPipeline } from './kernels/rank.ts';
import type { GpuMemory } from './memory.ts';
import type { GpuOutput, GpuOutputs } from './outputs.ts';
import type { Compilable } from './pipelines.ts';

/** What candidates are found in. */
export interface CandidateMaps {
  /** Of all scales together. */
  readonly heatmaps: GpuOutput;
  /** Pixels of scale 1's input per cell of those. */
  readonly ratio: number;
  /** In the order in which suppression walks them. */
  readonly scales: readonly { readonly scale: number; readonly outputs: GpuOutputs }[];
  /** What finds a center map's highest value: for several scales. */
  readonly highest?: typeof highestCall;
}

/** From the maps to the readback. */
export interface CandidatesProgram {
  readonly calls: readonly KernelCall[];
  readonly staging: GPUBuffer;
  /** To be recorded before the calls' pass. */
  clear(encoder: GPUCommandEncoder): void;
  /** To be recorded after it: copies everything to `staging`. */
  copy(encoder: GPUCommandEncoder): void;
  /**
   * Reads the staging buffer's content.
   *
   * @returns undefined if a list overflowed, so that the best may be missing: then the maps decide.
   */
  parse(data: ArrayBuffer): PoseCandidates | undefined;
}

/** The kernels that find candidates in heatmaps of which a cell spans `ratio` pixels. */
export function candidatePipelines(ratio: number): Compilable[] {
  return [peaksPipeline(ratio), centersPipeline, rankPipeline, gatherPipeline(ratio)];
}

type Described = Pick<Network, 'keypointSet' | 'decoding'>;

export function createCandidatesProgram(
  memory: GpuMemory,
  { keypointSet, decoding }: Described,
  { heatmaps, ratio, scales, highest: highestOf }: CandidateMaps,
): CandidatesProgram {
  const keypoints = keypointSet.names.length;
  const lists = keypoints + scales.length;
  const inputWidth = heatmaps.map.shape.width * ratio;
  const inputHeight = heatmaps.map.shape.height * ratio;
  const make = (label: string, size: number): GPUBuffer =>
    memory.buffer({ label, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  const candidates = make('candidates', lists * LIST_LENGTH * 8);
  const counts = make('candidate counts', (lists + scales.length) * 4);
  const read = [
    counts,
    make('best candidates', lists * MAX_CANDIDATES * 8),
    make('regressed keypoints', scales.length * MAX_CANDIDATES * keypoints * 8),
    make('heat windows', (1 + scales.length) * MAX_CANDIDATES * keypoints * windowSide(ratio) ** 2 * 4),
  ];
  const staging = memory.buffer({
    label: 'candidates readback',
    size: read.reduce((sum, { size }) => sum + size, 0),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const [countRange, best, regressed, windows] = read.map(wholeBuffer) as [BufferRange, BufferRange, BufferRange, BufferRange];
  const ranges = { counts: countRange, candidates: wholeBuffer(candidates), best };
  const measured = scales.length > 1 && decoding.otherScales.threshold === 'scaled' ? highestOf : undefined;
  const reference = scales.findIndex(({ scale }) => scale === 1);
  const calls = [
    peaksCall(heatmaps, ratio, keypoints, ranges),
    ...(measured ? scales.map(({ outputs }, i) => measured(outputs.centerMap, lists + i, countRange)) : []),
    ...scales.map(({ scale, outputs }, i) =>
      centersCall(
        outputs.centerMap,
        keypoints + i,
        ranges,
        measured && scale !== 1 ? { own: lists + i, reference: lists + reference } : undefined,
      ),
    ),
    rankCall(lists, ranges),
    ...scales.map(({ outputs: { centerMap, offsetMap } }, i) =>
      gatherCall({ heatmaps, ratio, centerMap, offsetMap, offsetSign: decoding.offsetSign }, keypoints, i, ranges, {
        regressed,
        windows,
      }),
    ),
  ];

  return {
    calls,
    staging,
    clear: (encoder) => encoder.clearBuffer(counts),
    copy(encoder) {
      let offset = 0;
      for (const buffer of read) {
        encoder.copyBufferToBuffer(buffer, 0, staging, offset, buffer.size);
        offset += buffer.size;
      }
    },

    parse(data) {
      const counted = new Uint32Array(data, 0, lists);
      if (counted.some((count) => count > LIST_LENGTH)) return undefined;
      const highest = new Float32Array(data, counted.byteLength, scales.length);
      let offset = counted.byteLength + highest.byteLength;
      const floats = (length: number): Float32Array => {
        const view = new Float32Array(data, offset, length);
        offset += view.byteLength;
        return view;
      };
      const found = floats(lists * MAX_CANDIDATES * 2);
      const indices = new Uint32Array(data, found.byteOffset, found.length);
      const places = floats(scales.length * MAX_CANDIDATES * keypoints * 2);
      const windowFloats = MAX_CANDIDATES * keypoints * windowSide(ratio) ** 2;
      const aroundPeaks = floats(windowFloats);
      const aroundRegressed = floats(scales.length * windowFloats);

      const kept = (list: number): number => Math.min(counted[list], MAX_CANDIDATES);
      const scoreOf = (list: number, rank: number): number => found[(list * MAX_CANDIDATES + rank) * 2 + 1];
      // Where no scale is measured by its highest value, its best center is.
      const bestOf = (i: number): number => (measured ? highest[i] : counted[keypoints + i] > 0 ? scoreOf(keypoints + i, 0) : 0);
      const peaks = {
        count: Uint32Array.from({ length: keypoints }, (_, k) => kept(k)),
        x: new Float32Array(keypoints * MAX_CANDIDATES),
        y: new Float32Array(keypoints * MAX_CANDIDATES),
        score: new Float32Array(keypoints * MAX_CANDIDATES),
      };
      for (let i = 0; i < keypoints * MAX_CANDIDATES; i++) {
        peaks.x[i] = indices[2 * i] % inputWidth;
        peaks.y[i] = Math.floor(indices[2 * i] / inputWidth);
        peaks.score[i] = found[2 * i + 1];
      }
      const scores = scales.map(({ scale }, i) => {
        const { factor } = rankingOf(decoding, scale, bestOf(i), bestOf(reference));
        return Float32Array.from({ length: kept(keypoints + i) }, (_, n) => scoreOf(keypoints + i, n) * factor);
      });
      /** What all scales' people have of something, one after another. */
      const ofPeople = (values: Float32Array): Float32Array => {
        const each = values.length / (scales.length * MAX_CANDIDATES);
        return joined(scores.map(({ length }, i) => values.subarray(i * MAX_CANDIDATES * each).subarray(0, length * each)));
      };
      return {
        inputWidth,
        inputHeight,
        keypoints,
        centerScores: joined(scores),
        regressed: ofPeople(places),
        peaks,
        heat: { ratio, aroundPeaks, aroundRegressed: ofPeople(aroundRegressed) },
      };
    },
  };
}

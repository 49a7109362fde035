import type { PoseCandidates } from '../decode/candidates.ts';
import type { Network } from '../network/network.ts';
import { windowSide } from '../ops/gather.ts';
import { MAX_CANDIDATES } from '../ops/rank.ts';
import type { BufferRange, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { centersCall } from './kernels/centers.ts';
import { gatherCall } from './kernels/gather.ts';
import { peaksCall } from './kernels/peaks.ts';
import { LIST_LENGTH, rankCall } from './kernels/rank.ts';
import type { GpuMemory } from './memory.ts';
import type { GpuOutputs } from './outputs.ts';

/** The buffers between the maps and the readback: their sizes do not depend on the input's. */
export interface CandidateBuffers {
  readonly staging: GPUBuffer;
  /** The calls that fill the buffers from a network's outputs. */
  callsFor(outputs: GpuOutputs): KernelCall[];
  /** To be recorded before the calls' pass. */
  clear(encoder: GPUCommandEncoder): void;
  /** To be recorded after it: copies everything to `staging`. */
  copy(encoder: GPUCommandEncoder): void;
}

type Described = Pick<Network, 'keypointSet' | 'outputs' | 'decoding'>;

export function createCandidateBuffers(
  memory: GpuMemory,
  { keypointSet, outputs: { heatmaps, offsetMap }, decoding }: Described,
): CandidateBuffers {
  const keypoints = keypointSet.names.length;
  const lists = keypoints + 1;
  const [heatRatio, offsetRatio] = [heatmaps.map.stride, offsetMap.map.stride];
  const make = (label: string, size: number): GPUBuffer =>
    memory.buffer({ label, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  const candidates = make('candidates', lists * LIST_LENGTH * 8);
  const counts = make('candidate counts', lists * 4);
  const read = [
    counts,
    make('best candidates', lists * MAX_CANDIDATES * 8),
    make('regressed keypoints', MAX_CANDIDATES * keypoints * 8),
    make('heat windows', 2 * MAX_CANDIDATES * keypoints * windowSide(heatRatio) ** 2 * 4),
  ];
  const staging = memory.buffer({
    label: 'candidates readback',
    size: read.reduce((sum, { size }) => sum + size, 0),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const [countRange, best, regressed, windows] = read.map(wholeBuffer) as [BufferRange, BufferRange, BufferRange, BufferRange];
  const ranges = { counts: countRange, candidates: wholeBuffer(candidates), best };
  return {
    staging,
    callsFor: (found) => [
      peaksCall(found.heatmaps, heatRatio, keypoints, ranges),
      centersCall(found.centerMap, keypoints, ranges),
      rankCall(keypoints, ranges),
      gatherCall({ ...found, heatRatio, offsetRatio, offsetSign: decoding.offsetSign }, keypoints, ranges, {
        regressed,
        windows,
      }),
    ],
    clear: (encoder) => encoder.clearBuffer(counts),
    copy(encoder) {
      let offset = 0;
      for (const buffer of read) {
        encoder.copyBufferToBuffer(buffer, 0, staging, offset, buffer.size);
        offset += buffer.size;
      }
    },
  };
}

/**
 * Reads the staging buffer's content (see `createCandidateBuffers`).
 *
 * @returns undefined if a list overflowed, so that the best may be missing: then the maps decide.
 */
export function parseCandidates(
  data: ArrayBuffer,
  { keypointSet, outputs }: Described,
  inputWidth: number,
  inputHeight: number,
): PoseCandidates | undefined {
  const keypoints = keypointSet.names.length;
  const ratio = outputs.heatmaps.map.stride;
  const lists = keypoints + 1;
  const counts = new Uint32Array(data, 0, lists);
  if (counts.some((count) => count > LIST_LENGTH)) return undefined;
  let offset = counts.byteLength;
  const floats = (length: number): Float32Array => {
    const view = new Float32Array(data, offset, length);
    offset += view.byteLength;
    return view;
  };
  const best = floats(lists * MAX_CANDIDATES * 2);
  const bestIndices = new Uint32Array(data, best.byteOffset, best.length);
  const regressed = floats(MAX_CANDIDATES * keypoints * 2);
  const windows = MAX_CANDIDATES * keypoints * windowSide(ratio) ** 2;
  const aroundPeaks = floats(windows);
  const aroundRegressed = floats(windows);

  const kept = (list: number): number => Math.min(counts[list], MAX_CANDIDATES);
  const people = kept(keypoints);
  const peaks = {
    count: Uint32Array.from({ length: keypoints }, (_, k) => kept(k)),
    x: new Float32Array(keypoints * MAX_CANDIDATES),
    y: new Float32Array(keypoints * MAX_CANDIDATES),
    score: new Float32Array(keypoints * MAX_CANDIDATES),
  };
  for (let i = 0; i < keypoints * MAX_CANDIDATES; i++) {
    peaks.x[i] = bestIndices[2 * i] % inputWidth;
    peaks.y[i] = Math.floor(bestIndices[2 * i] / inputWidth);
    peaks.score[i] = best[2 * i + 1];
  }
  return {
    inputWidth,
    inputHeight,
    keypoints,
    centerScores: Float32Array.from({ length: people }, (_, n) => best[(keypoints * MAX_CANDIDATES + n) * 2 + 1]),
    regressed: regressed.slice(0, people * keypoints * 2),
    peaks,
    heat: { ratio, aroundPeaks, aroundRegressed },
  };
}

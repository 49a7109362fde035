import type { PoseCandidates } from '../../decode/candidates.ts';
import type { ScaleMaps } from '../../decode/candidates-from-maps.ts';
import { candidatesFromScales, heatFromScales } from '../../decode/candidates-from-maps.ts';
import { decodePoses, decodeRegression } from '../../decode/decode.ts';
import { createScoringNet } from '../../decode/scoring-net.ts';
import type { AnnotatedPerson, Detection } from '../../evaluation/annotations.ts';
import { detectionOf } from '../../evaluation/coco-results.ts';
import type { PosesAtAnnotations } from '../../evaluation/poses-at-annotations.ts';
import { posesAtAnnotations } from '../../evaluation/poses-at-annotations.ts';
import { MAX_DETECTIONS } from '../../evaluation/rules.ts';
import type { PixelData } from '../../frame.ts';
import type { InputGeometry } from '../../geometry.ts';
import { fitInput } from '../../geometry.ts';
import { ablate } from '../../model/ablate.ts';
import type { NetworkSwitches } from '../../model/ablate.ts';
import { loadModel } from '../../model/load.ts';
import { multiplyAdds } from '../../network/counts.ts';
import type { DecodingRules } from '../../network/decoding-rules.ts';
import type { ModelDescriptor } from '../../network/descriptor.ts';
import type { Network } from '../../network/network.ts';
import { preprocess } from '../../ops/preprocess.ts';
import { readEstimation } from '../../options.ts';
import { KEYPOINT_SETS } from '../../pose.ts';
import type { Pass } from '../../runtime/passes.ts';
import { passesOf } from '../../runtime/passes.ts';
import { runPasses } from '../../runtime/run-passes.ts';
import { chooseRuntime } from '../../runtimes/choose.ts';
import { modelUrlOf } from '../model-url.ts';
import { NODE_RUNTIMES, runtimeNamed } from '../node-runtimes.ts';
import type { QualityName } from './qualities.ts';
import type { PassResult, PassRunner } from './stored-maps.ts';
import { passKey, storingMaps } from './stored-maps.ts';
import { weightsIdentity } from './weights-identity.ts';

/** How a network runs for a photo. */
export interface Scheme {
  /** Shorter side of its input in pixels. */
  readonly inputSize: number;
  /** Sizes of the input at which it runs, relative to that. */
  readonly scales: readonly number[];
  readonly flip: boolean;
}

/** How a network's maps become poses. */
export interface Decoding {
  readonly refine?: boolean;
  readonly grouping?: boolean;
  readonly scoring?: boolean;
  /** Instead of the network's. */
  readonly rules?: Partial<DecodingRules>;
}

/** What was found in a photo. */
export type Found = Readonly<Partial<Record<QualityName, readonly Detection[]>>>;

/** A photo that is looked at in several ways: every pass of the network that these have in common runs once. */
export interface PhotoLooks {
  /** Poses by a scheme and a decoding, of each of the qualities that are asked for. */
  find(scheme: Scheme, decoding: Decoding, qualities: readonly QualityName[]): Promise<Found>;
  /** What the network takes for a scheme: its passes' own times added up, in milliseconds, and multiply-adds. */
  cost(scheme: Scheme): Promise<{ network: number; multiplyAdds: number }>;
  /** How long each pass takes that ran for a scheme, by its key. */
  readonly passes: ReadonlyMap<string, Promise<PassResult>>;
}

/** A network that is open, to look at photos in many ways. */
export interface Looker {
  readonly model: ModelDescriptor;
  readonly network: Network;
  readonly hasScorer: boolean;
  /** What runs it, in words. */
  readonly adapter: string;
  /** @param people whom heatmap quality asks the annotations for. */
  lookAt(pixels: PixelData, people: readonly AnnotatedPerson[]): PhotoLooks;
  /** Runs a pass of a photo now, whatever is kept, and tells its milliseconds. */
  time(pixels: PixelData, pass: Pass): Promise<number>;
  dispose(): void;
}

export interface LookerOptions extends NetworkSwitches {
  /** Folder of a converted model; the package's own if left out. */
  readonly model?: string;
  /** One of `RUNTIME_CHOICES`; 'auto' if left out. */
  readonly runtime?: string;
  /** Of WebAssembly. */
  readonly threads?: number;
  /** Folder in which the network's maps are kept, and from which they are taken. */
  readonly maps?: string;
}

/** Curves go down to the least sure pose. */
export const EVERYBODY = { maxPoses: MAX_DETECTIONS, scoreThreshold: -Number.MAX_VALUE };

/** @throws ManyposeError what opening a detector throws. */
export async function openLooker(options: LookerOptions): Promise<Looker> {
  const { model: folder, runtime: kind = 'auto', threads, maps, guidance, adaptive } = options;
  const wanted = runtimeNamed(kind);
  const whole = await loadModel(modelUrlOf(folder));
  const { descriptor, network, weights, scorer } = ablate(whole, { guidance, adaptive });
  const keypointSet = KEYPOINT_SETS[descriptor.keypointSet];
  const scoringNet = scorer && createScoringNet(keypointSet.id, scorer);
  const stored =
    maps === undefined
      ? undefined
      : storingMaps(maps, JSON.stringify([await weightsIdentity(folder), switchedOff({ guidance, adaptive })]));
  const { runtime } = await chooseRuntime(NODE_RUNTIMES, wanted, { descriptor, network, weights }, { threads });

  async function runPass(pixels: PixelData, { geometry, mirrored, shift }: Pass): Promise<PassResult> {
    const input = preprocess(pixels, geometry, mirrored, shift);
    const start = performance.now();
    return { maps: await runtime.runMaps(input, geometry.width, geometry.height), milliseconds: performance.now() - start };
  }

  return {
    model: whole.descriptor,
    network,
    hasScorer: scoringNet !== undefined,
    adapter: runtime.adapter,
    dispose: () => runtime.dispose(),
    time: async (pixels, pass) => (await runPass(pixels, pass)).milliseconds,

    lookAt(pixels, people) {
      const run: PassRunner = (pass) => runPass(pixels, pass);
      const runOrRead = stored?.(pixels, run) ?? run;
      const passes = new Map<string, Promise<PassResult>>();
      const once = (pass: Pass): Promise<PassResult> => remembered(passes, passKey(pass), () => runOrRead(pass));
      const geometryOf = ({ inputSize }: Scheme): InputGeometry => fitInput(pixels.width, pixels.height, inputSize);
      const passesFor = (scheme: Scheme): Pass[] => passesOf(geometryOf(scheme), network, scheme);
      const merged = new Map<string, Promise<readonly ScaleMaps[]>>();
      const mapsOf = ({ inputSize, scales, flip }: Scheme): Promise<readonly ScaleMaps[]> =>
        remembered(merged, JSON.stringify([inputSize, scales, flip]), async () => {
          readEstimation({ inputSize, scales });
          const used = passesFor({ inputSize, scales, flip });
          return runPasses(used, keypointSet.mirror, async (pass) => (await once(pass)).maps);
        });
      const ranked = new Map<string, Promise<PoseCandidates>>();
      const candidatesOf = ({ inputSize, scales, flip }: Scheme, rules: DecodingRules): Promise<PoseCandidates> =>
        remembered(ranked, JSON.stringify([inputSize, scales, flip, rules.otherScales]), async () => {
          const { width, height } = geometryOf({ inputSize, scales, flip });
          return candidatesFromScales(await mapsOf({ inputSize, scales, flip }), width, height, rules);
        });

      return {
        passes,

        async find(scheme, { refine, grouping, scoring = true, rules: changed }, qualities) {
          const rules = { ...network.decoding, ...changed };
          const scales = await mapsOf(scheme);
          const candidates = await candidatesOf(scheme, rules);
          const geometry = geometryOf(scheme);
          const { width, height } = geometry;
          const how = { ...EVERYBODY, rules, refine, grouping, scoringNet: scoring ? scoringNet : undefined };
          let annotated: PosesAtAnnotations | undefined;
          const atAnnotations = (): PosesAtAnnotations =>
            (annotated ??= posesAtAnnotations(candidates, heatFromScales(scales, width, height), geometry, people, refine));
          const found: Record<QualityName, () => readonly Detection[]> = {
            regression: () => decodeRegression(candidates, geometry, keypointSet, how).map(detectionOf),
            heatmap: () => atAnnotations().lenient,
            'heatmap-strict': () => atAnnotations().strict,
            final: () => decodePoses(candidates, geometry, keypointSet, how).map(detectionOf),
          };
          return Object.fromEntries(qualities.map((quality) => [quality, found[quality]()]));
        },

        async cost(scheme) {
          const used = passesFor(scheme);
          const times = await Promise.all(used.map(async (pass) => (await once(pass)).milliseconds));
          return { network: times.reduce((sum, time) => sum + time, 0), multiplyAdds: costOf(used, network) };
        },
      };
    },
  };
}

/** What is on goes without saying, so that maps of the whole network are the same however it was asked for. */
function switchedOff(switches: NetworkSwitches): Partial<NetworkSwitches> {
  return Object.fromEntries(Object.entries(switches).filter(([, on]) => on === false));
}

/** Multiply-adds of passes, all together. */
export function costOf(passes: readonly Pass[], network: Network): number {
  return passes.reduce((sum, { geometry: { height, width } }) => sum + multiplyAdds(network, height, width), 0);
}

function remembered<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const there = known.get(key);
  if (there) return there;
  const made = make();
  known.set(key, made);
  return made;
}

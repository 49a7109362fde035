import { candidatesFromScales, heatFromScales } from '../../decode/candidates-from-maps.ts';
import { decodePoses, decodeRegression } from '../../decode/decode.ts';
import { createScoringNet } from '../../decode/scoring-net.ts';
import { ManyposeError } from '../../errors.ts';
import type { AnnotatedPerson, Detection } from '../../evaluation/annotations.ts';
import { detectionOf } from '../../evaluation/coco-results.ts';
import type { PosesAtAnnotations } from '../../evaluation/poses-at-annotations.ts';
import { posesAtAnnotations } from '../../evaluation/poses-at-annotations.ts';
import { MAX_DETECTIONS } from '../../evaluation/rules.ts';
import type { PixelData } from '../../frame.ts';
import { fitInput } from '../../geometry.ts';
import { buildNetwork } from '../../network/build.ts';
import { multiplyAdds } from '../../network/counts.ts';
import type { ModelDescriptor } from '../../network/descriptor.ts';
import type { Network } from '../../network/network.ts';
import { loadModel } from '../../model/load.ts';
import { preprocess } from '../../ops/preprocess.ts';
import { readEstimation } from '../../options.ts';
import { KEYPOINT_SETS } from '../../pose.ts';
import type { Pass } from '../../runtime/passes.ts';
import { passesOf } from '../../runtime/passes.ts';
import { runPasses } from '../../runtime/run-passes.ts';
import { chooseRuntime } from '../../runtimes/choose.ts';
import { modelUrlOf } from '../model-url.ts';
import type { NodeDetectorOptions } from '../node-detector.ts';
import { openNodeDetector } from '../node-detector.ts';
import { NODE_RUNTIMES, runtimeNamed } from '../node-runtimes.ts';
import type { QualityName } from './qualities.ts';

export interface SearchOptions extends NodeDetectorOptions {
  readonly qualities: readonly QualityName[];
  readonly flip: boolean;
  /** Sizes of the input at which the network runs, relative to its own. */
  readonly scales: readonly number[];
  readonly refine: boolean;
}

/** What was found in a photo, what the network took for it in milliseconds, and its multiply-adds. */
export interface Found {
  readonly detections: Readonly<Partial<Record<QualityName, readonly Detection[]>>>;
  readonly network: number;
  readonly multiplyAdds: number;
}

/** A model, open to look for people in photos. */
export interface Search {
  readonly model: ModelDescriptor;
  /** What runs the network, in words. */
  readonly adapter: string;
  /** Shorter side of the network's input in pixels. */
  readonly inputSize: number;
  /**
   * Runs the network once for each scale (twice with the flip test) and decodes what every quality asks for.
   *
   * @param people whom heatmap quality asks the annotations for.
   */
  find(pixels: PixelData, people: readonly AnnotatedPerson[]): Promise<Found>;
  dispose(): void;
}

/** Curves go down to the least sure pose. */
const EVERYBODY = { maxPoses: MAX_DETECTIONS, scoreThreshold: -Number.MAX_VALUE };

/**
 * Opens a model. Final poses alone are those of a detector, as any app gets them; other qualities need the
 * network's whole maps, of which final poses are then decoded too.
 *
 * @throws ManyposeError what opening a detector throws.
 */
export function openSearch(options: SearchOptions): Promise<Search> {
  return options.qualities.every((quality) => quality === 'final') ? openDetectorSearch(options) : openMapsSearch(options);
}

async function openDetectorSearch(options: SearchOptions): Promise<Search> {
  const { flip, scales, refine, size } = options;
  const detector = await openNodeDetector(options);
  const { model } = detector.info;
  const network = buildNetwork(model);
  const inputSize = size === undefined ? model.inputSize : Number(size);
  return {
    model,
    adapter: detector.info.adapter,
    inputSize,
    async find(pixels) {
      const poses = await detector.estimatePoses(pixels, { flip, scales, refine, ...EVERYBODY });
      const passes = passesOf(fitInput(pixels.width, pixels.height, inputSize), network, { flip, scales });
      return {
        detections: { final: poses.map(detectionOf) },
        network: detector.info.timings.network,
        multiplyAdds: costOf(passes, network),
      };
    },
    dispose: () => detector.dispose(),
  };
}

async function openMapsSearch({
  model: folder,
  size,
  runtime: kind = 'auto',
  qualities,
  flip,
  scales,
  refine,
}: SearchOptions): Promise<Search> {
  const wanted = runtimeNamed(kind);
  const model = await loadModel(modelUrlOf(folder));
  const { descriptor } = model;
  const inputSize = size === undefined ? descriptor.inputSize : Number(size);
  readEstimation({ inputSize, scales });
  const keypointSet = KEYPOINT_SETS[descriptor.keypointSet];
  const rules = model.network.decoding;
  const scoringNet = model.scorer && createScoringNet(keypointSet.id, model.scorer);
  const { runtime } = await chooseRuntime(NODE_RUNTIMES, wanted, model, {});
  return {
    model: descriptor,
    adapter: runtime.adapter,
    inputSize,
    async find(pixels, people) {
      const start = performance.now();
      const geometry = fitInput(pixels.width, pixels.height, inputSize);
      const { width, height } = geometry;
      const passes = passesOf(geometry, model.network, { flip, scales });
      const found = await runPasses(passes, keypointSet.mirror, (pass) =>
        runtime.runMaps(preprocess(pixels, pass.geometry, pass.mirrored, pass.shift), pass.geometry.width, pass.geometry.height),
      );
      const network = performance.now() - start;
      const candidates = candidatesFromScales(found, width, height, rules);
      let annotated: PosesAtAnnotations | undefined;
      const atAnnotations = (): PosesAtAnnotations =>
        (annotated ??= posesAtAnnotations(candidates, heatFromScales(found, width, height), geometry, people, refine));
      const detections: Record<QualityName, () => readonly Detection[]> = {
        regression: () => decodeRegression(candidates, geometry, keypointSet, { ...EVERYBODY, rules }).map(detectionOf),
        heatmap: () => atAnnotations().lenient,
        'heatmap-strict': () => atAnnotations().strict,
        final: () => decodePoses(candidates, geometry, keypointSet, { ...EVERYBODY, refine, scoringNet, rules }).map(detectionOf),
      };
      return {
        detections: Object.fromEntries(qualities.map((quality) => [quality, detections[quality]()])),
        network,
        multiplyAdds: costOf(passes, model.network),
      };
    },
    dispose: () => runtime.dispose(),
  };
}

function costOf(passes: readonly Pass[], network: Network): number {
  return passes.reduce((sum, { geometry: { height, width } }) => sum + multiplyAdds(network, height, width), 0);
}

/** @throws ManyposeError `invalid-argument` for a model of other keypoints than the annotations'. */
export function checkKeypoints(model: ModelDescriptor, annotated: string): void {
  if (model.keypointSet === annotated) return;
  throw new ManyposeError(
    'invalid-argument',
    `the model finds ${model.keypointSet}'s keypoints, the annotations are of ${annotated}'s`,
  );
}

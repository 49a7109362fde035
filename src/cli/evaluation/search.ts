import { ManyposeError } from '../../errors.ts';
import type { AnnotatedPerson, Detection } from '../../evaluation/annotations.ts';
import { detectionOf } from '../../evaluation/coco-results.ts';
import type { PixelData } from '../../frame.ts';
import { fitInput } from '../../geometry.ts';
import { buildNetwork } from '../../network/build.ts';
import type { DecodingRules } from '../../network/decoding-rules.ts';
import type { ModelDescriptor } from '../../network/descriptor.ts';
import { passesOf } from '../../runtime/passes.ts';
import type { NodeDetectorOptions } from '../node-detector.ts';
import { openNodeDetector } from '../node-detector.ts';
import type { Scheme } from './looks.ts';
import { costOf, EVERYBODY, openLooker } from './looks.ts';
import type { QualityName } from './qualities.ts';
import type { SchemeChoice } from './schemes.ts';
import { schemeFor } from './schemes.ts';

/** What runs, and where it is to differ from what the model does for the preset. */
export interface SearchOptions extends Omit<NodeDetectorOptions, 'quality'>, SchemeChoice {
  readonly qualities: readonly QualityName[];
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
  /** By which its maps become poses. */
  readonly rules: DecodingRules;
  readonly scheme: Scheme;
  /**
   * Runs the network once for each scale (twice with the flip test) and decodes what every quality asks for.
   *
   * @param people whom heatmap quality asks the annotations for.
   */
  find(pixels: PixelData, people: readonly AnnotatedPerson[]): Promise<Found>;
  dispose(): void;
}

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
  const { model: folder, size, runtime, refine } = options;
  const detector = await openNodeDetector({ model: folder, size, runtime });
  const { model } = detector.info;
  const network = buildNetwork(model);
  const scheme = schemeFor(model, options);
  return {
    model,
    adapter: detector.info.adapter,
    rules: network.decoding,
    scheme,
    async find(pixels) {
      const poses = await detector.estimatePoses(pixels, { ...scheme, refine, ...EVERYBODY });
      const passes = passesOf(fitInput(pixels.width, pixels.height, scheme.inputSize), network, scheme);
      return {
        detections: { final: poses.map(detectionOf) },
        network: detector.info.timings.network,
        multiplyAdds: costOf(passes, network),
      };
    },
    dispose: () => detector.dispose(),
  };
}

async function openMapsSearch(options: SearchOptions): Promise<Search> {
  const { model, runtime, qualities, refine } = options;
  const looker = await openLooker({ model, runtime });
  const scheme = schemeFor(looker.model, options);
  return {
    model: looker.model,
    adapter: looker.adapter,
    rules: looker.network.decoding,
    scheme,
    async find(pixels, people) {
      const photo = looker.lookAt(pixels, people);
      const detections = await photo.find(scheme, { refine }, qualities);
      return { detections, ...(await photo.cost(scheme)) };
    },
    dispose: () => looker.dispose(),
  };
}

/** @throws ManyposeError `invalid-argument` for a model of other keypoints than the annotations'. */
export function checkKeypoints(model: ModelDescriptor, annotated: string): void {
  if (model.keypointSet === annotated) return;
  throw new ManyposeError(
    'invalid-argument',
    `the model finds ${model.keypointSet}'s keypoints, the annotations are of ${annotated}'s`,
  );
}

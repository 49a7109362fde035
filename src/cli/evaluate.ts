import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import type { Annotations } from '../evaluation/annotations.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { parseResults } from '../evaluation/coco-results.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { titledScoreTable } from '../evaluation/score-table.ts';
import { printable } from '../printable.ts';
import { photoFiles, pixelsOf } from './evaluation/photos.ts';
import { QUALITY_CHOICES, QUALITY_TITLES, qualitiesNamed } from './evaluation/qualities.ts';
import type { ReportFiles, Scored } from './evaluation/reports.ts';
import { checkReportFiles, writeReports } from './evaluation/reports.ts';
import type { SearchOptions } from './evaluation/search.ts';
import { checkKeypoints, openSearch } from './evaluation/search.ts';
import { checkWhetherResumed, filesOfResults, openResults, settingsOf } from './evaluation/stored-results.ts';
import { sha256, weightsIdentity } from './evaluation/weights-identity.ts';
import { RUNTIME_CHOICES } from './node-runtimes.ts';
import { countOf } from './numbers.ts';
import { checkOutputs } from './outputs.ts';
import { createProgress } from './progress.ts';
import { readJson } from './read-json.ts';

export const EVALUATE_USAGE = `manypose evaluate --annotations FILE --photos DIR [--model DIR] [--preset fast|balanced|best] [--size S] [--flip] [--scales LIST]
                         [--runtime ${RUNTIME_CHOICES}]
                         [--quality LIST] [--results OUT [--resume]] [--errors FILE] [--curves FILE] [--limit N]
       manypose evaluate --annotations FILE --detections FILE [--errors FILE] [--curves FILE] [--limit N]

Finds people's poses in annotated photos, or reads poses found before, and prints COCO's or CrowdPose's scores.
  --annotations FILE  people's keypoints in COCO's format: person_keypoints_val2017.json, crowdpose_test.json
  --photos DIR        where the annotations' files are
  --detections FILE   instead of looking for poses, score these, in COCO's results format
  --model DIR         a converted model; the package's own if left out
  --preset NAME       the model's own size, scales and flip for a quality, as createDetector({ quality }) takes them; default balanced
  --size S            instead of the preset's: shorter side of the network's input in pixels, a multiple of 32
  --flip              average with the mirrored picture: twice the time, a little better
  --scales LIST       sizes at which the network runs, relative to that, with commas between: 1, 0.5,1 or 0.5,1,2
  --no-refine         leave keypoints on whole pixels
  --runtime NAME      what runs the network; default auto: WebGPU on a GPU, else the CPU
  --quality LIST      of ${QUALITY_CHOICES}, with commas between: what is scored; default final. All from one run of the network:
                        regression  poses as they are regressed, before heatmaps move their keypoints
                        heatmap     what heatmaps give if people are known: annotated ones take the place of regressed ones;
                                    strict counts keypoints without a candidate nearby as missed
                        final       poses as an app gets them
  --errors FILE       what is wrong with the poses (jitter, miss, inversion, swap, ...) and the AP that correcting it would
                      give, as .json or as a chart, .svg; may be given twice
  --curves FILE       precision over recall, as .json or as a chart, .svg; may be given twice
  --results OUT       write what was found in COCO's results format while looking; of other qualities to OUT's name with theirs
  --resume            go on from the results of a run that was interrupted
  --force             replace results and reports that are there
  --limit N           only the N photos of the lowest ids`;

interface RunOptions extends SearchOptions {
  /** Folder of the annotations' photos. */
  readonly photos: string;
  readonly annotationFile: string;
  readonly results?: string;
  readonly resume: boolean;
  readonly force: boolean;
}

/** `manypose evaluate`. */
export async function evaluateCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      annotations: { type: 'string' },
      photos: { type: 'string' },
      detections: { type: 'string' },
      model: { type: 'string' },
      preset: { type: 'string' },
      size: { type: 'string' },
      flip: { type: 'boolean' },
      scales: { type: 'string' },
      runtime: { type: 'string' },
      'no-refine': { type: 'boolean', default: false },
      quality: { type: 'string' },
      errors: { type: 'string', multiple: true, default: [] },
      curves: { type: 'string', multiple: true, default: [] },
      results: { type: 'string' },
      resume: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      limit: { type: 'string' },
    },
  });
  const { annotations: annotationFile, photos, detections: detectionFile, results, resume, force } = values;
  if (annotationFile === undefined || (photos === undefined) === (detectionFile === undefined)) {
    throw new ManyposeError(
      'invalid-argument',
      `--annotations and one of --photos and --detections are needed\n\n${EVALUATE_USAGE}`,
    );
  }
  if (resume && results === undefined)
    throw new ManyposeError('invalid-argument', '--resume goes on from the file of --results, which is not given');
  if (resume && force)
    throw new ManyposeError('invalid-argument', '--resume goes on from results, --force replaces them: one of both');
  if (photos === undefined && values.quality !== undefined)
    throw new ManyposeError('invalid-argument', '--quality is for poses to be found: --detections are what they are');
  const count = countOf('limit', values.limit, 1);
  const qualities = qualitiesNamed(values.quality ?? 'final');
  const reports: ReportFiles = { errors: values.errors, curves: values.curves };
  checkReportFiles(reports);
  const stored = { path: photos === undefined ? undefined : results, qualities, resume, force };
  checkWhetherResumed(stored);
  const inputs = [annotationFile, ...(detectionFile === undefined ? [] : [detectionFile])];
  // A run that goes on writes its reports anew.
  await checkOutputs([...values.errors, ...values.curves], { inputs, force: force || resume });
  const outputs = [...filesOfResults(stored), ...values.errors, ...values.curves];
  await checkOutputs(outputs, { inputs, force: true });

  const all = await readJson(annotationFile, parseAnnotations);
  const annotations = { ...all, images: all.images.slice(0, count) };
  if (photos !== undefined) await checkOutputs(outputs, { inputs: photoFiles(all.images, photos), force: true });
  const scored =
    photos === undefined
      ? [
          {
            name: 'detections',
            title: 'Detections',
            detections: await readJson(detectionFile!, (json) => parseResults(json, all)),
          },
        ]
      : await findPoses(annotations, all, {
          ...values,
          photos,
          qualities,
          scales: values.scales?.split(',').map(Number),
          refine: !values['no-refine'],
          annotationFile,
        });
  const photoCount = annotations.images.length;
  console.log(`${photoCount} ${photoCount === 1 ? 'photo' : 'photos'}`);
  console.log(titledScoreTable(scored.map(({ title, detections }) => ({ title, scores: evaluate(annotations, detections) }))));
  await writeReports(annotations, scored, reports);
}

/** Runs a model on the photos whose results are not there yet. */
async function findPoses(
  { images, keypointSet, categoryId }: Annotations,
  all: Annotations,
  options: RunOptions,
): Promise<Scored[]> {
  const { photos, qualities, refine, annotationFile } = options;
  const search = await openSearch(options);
  try {
    checkKeypoints(search.model, keypointSet.id);
    const settings = settingsOf({
      model: search.model,
      weights: await weightsIdentity(options.model),
      scheme: search.scheme,
      rules: search.rules,
      decoding: { refine },
      qualities,
      annotations: sha256(await readFile(annotationFile)),
    });
    const stored = await openResults(settings, { ...options, path: options.results, categoryId, adapter: search.adapter });
    const left = images.filter(({ id }) => !stored.done.has(id));
    const progress = createProgress(images.length, images.length - left.length);
    let networkMs = 0;
    try {
      for (const { id, fileName, people } of left) {
        const pixels = await pixelsOf({ id, fileName }, photos);
        const { detections, network, multiplyAdds } = await search.find(pixels, people);
        networkMs += network;
        await stored.add(id, detections, { network, multiplyAdds });
        const counts = qualities.map((quality) => detections[quality]!.length);
        progress.step(
          printable(fileName ?? String(id)),
          `${counts.at(-1)} ${counts.at(-1) === 1 ? 'pose' : 'poses'}, network ${Math.round(network)} ms`,
        );
      }
    } finally {
      progress.end();
      await stored.flush();
    }
    if (left.length > 0) console.log(`network ${Math.round(networkMs / left.length)} ms per photo on ${search.adapter}`);
    return qualities.map((name) => ({ name, title: QUALITY_TITLES[name], detections: parseResults(stored.results(name), all) }));
  } finally {
    search.dispose();
  }
}

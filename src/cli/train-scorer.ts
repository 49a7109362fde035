import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withScorer } from '../convert/with-scorer.ts';
import { ManyposeError } from '../errors.ts';
import type { Annotations } from '../evaluation/annotations.ts';
import { parseAnnotations } from '../evaluation/coco-annotations.ts';
import { parseResults } from '../evaluation/coco-results.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { scoreTable } from '../evaluation/score-table.ts';
import { loadModel } from '../model/load.ts';
import { parseManifest } from '../model/manifest.ts';
import { scorerPairs } from '../training/scorer-pairs.ts';
import { naiveScores, rescore, trainScorer } from '../training/train-scorer.ts';
import { printable } from '../printable.ts';
import { manifestOf, modelUrlOf } from './model-url.ts';
import { countOf } from './numbers.ts';
import { checkOutputs } from './outputs.ts';
import { readJson } from './read-json.ts';
import { checkModelFolder, writeModel } from './write-model.ts';

export const TRAIN_SCORER_USAGE = `manypose train-scorer --annotations FILE --detections FILE --out DIR [--force] [--model DIR] [--limit N] [--held-out N]
                             [--epochs N] [--batch N] [--seed N]

Trains the small net that predicts how right a pose is, on poses that the model found in annotated photos, and
writes the model with it. The photos must be neither those that the network learned from nor those it is judged by.
  --annotations FILE  people's keypoints in COCO's format
  --detections FILE   poses found in these photos, by 'manypose evaluate --annotations FILE --photos DIR --results OUT'
  --out DIR           folder for the model with its scorer
  --force             replace the model in that folder, which may be the one that found them
  --model DIR         the model that found them; the package's own if left out
  --limit N           only the N photos of the lowest ids, as given to 'manypose evaluate'
  --held-out N        learn nothing from every N-th photo, and measure on those (default 5; 0: learn from all)
  --epochs N          times that all poses are gone through (default 20)
  --batch N           poses to a step (default 1024)
  --seed N            another one gives another net (default 0)`;

/** `manypose train-scorer`. */
export async function trainScorerCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      annotations: { type: 'string' },
      detections: { type: 'string' },
      out: { type: 'string' },
      model: { type: 'string' },
      'held-out': { type: 'string', default: '5' },
      epochs: { type: 'string', default: '20' },
      batch: { type: 'string', default: '1024' },
      seed: { type: 'string', default: '0' },
      limit: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const { annotations: annotationFile, detections: detectionFile, out, model: modelFolder } = values;
  if (annotationFile === undefined || detectionFile === undefined || out === undefined) {
    throw new ManyposeError('invalid-argument', `--annotations, --detections and --out are needed\n\n${TRAIN_SCORER_USAGE}`);
  }
  const heldOutEvery = countOf('held-out', values['held-out'], 0);
  if (heldOutEvery === 1) throw new ManyposeError('invalid-argument', '--held-out 1 would leave nothing to learn from');
  const epochs = countOf('epochs', values.epochs, 1);
  const batch = countOf('batch', values.batch, 1);
  const seed = countOf('seed', values.seed, 0);
  const limit = countOf('limit', values.limit, 1);

  const modelUrl = modelUrlOf(modelFolder);
  const model = await loadModel(modelUrl);
  const all = await readJson(annotationFile, parseAnnotations);
  const annotations: Annotations = { ...all, images: all.images.slice(0, limit) };
  if (annotations.keypointSet.id !== model.descriptor.keypointSet) {
    throw new ManyposeError(
      'invalid-argument',
      `the model finds ${model.descriptor.keypointSet}'s keypoints, the annotations are of ${annotations.keypointSet.id}'s`,
    );
  }
  // A model that has a scorer has scored by it.
  const detections = naiveScores(await readJson(detectionFile, (json) => parseResults(json, all)));
  await checkModelFolder(out, values.force);

  const isHeldOut = (i: number): boolean => heldOutEvery > 0 && i % heldOutEvery === heldOutEvery - 1;
  const part = (heldOut: boolean): Annotations => ({
    ...annotations,
    images: annotations.images.filter((_, i) => isHeldOut(i) === heldOut),
  });
  const pairs = scorerPairs(part(false), detections);
  console.log(`${pairs.length} pairs from ${part(false).images.length} photos`);
  const scorer = trainScorer(pairs, annotations.keypointSet.id, {
    epochs,
    batch,
    seed,
    onEpoch: (epoch, error) => console.log(`epoch ${epoch + 1}/${epochs}: mean squared error ${error.toFixed(5)}`),
  });

  const heldOut = part(true);
  if (heldOut.images.length > 0) {
    const ofThem = new Map(heldOut.images.map(({ id }) => [id, detections.get(id) ?? []]));
    console.log(`${heldOut.images.length} photos held out, without the scorer\n${scoreTable(evaluate(heldOut, ofThem))}`);
    console.log(`and with it\n${scoreTable(evaluate(heldOut, rescore(ofThem, heldOut, scorer)))}`);
  }
  const manifest = await parseManifest(JSON.parse(await readFile(manifestOf(modelUrl), 'utf8')));
  const files = await withScorer(model, manifest, scorer);
  await checkOutputs(
    files.map(({ name }) => join(out, name)),
    { inputs: [annotationFile, detectionFile], force: values.force },
  );
  await writeModel(out, files);
  console.log(`${printable(out)}: ${model.descriptor.id} with its scorer`);
}

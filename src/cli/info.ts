import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ManyposeError, messageOf } from '../errors.ts';
import { MANIFEST_FILE, parseManifest } from '../model/manifest.ts';
import type { WeightManifest } from '../model/manifest.ts';
import { NAMED_MODELS, namedModel } from '../model/named-models.ts';
import { buildNetwork } from '../network/build.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import { multiplyAdds, paperCounts, parameterCount } from '../network/counts.ts';
import { manifestOf, modelUrlOf } from './model-url.ts';
import { textTable } from './text-table.ts';

export const INFO_USAGE = `manypose info [MODEL] [--json]

A model's parameters, multiply-adds at its input size, bytes and licence. MODEL is a folder, or the name of a network
(without weights). Without MODEL: all networks that there are, beside what the paper's Table 1 says of them.
  --json   as a list of { id, inputSize, parameters, multiplyAdds, ... }`;

/** Parameters in millions and "GFLOPs" (multiply-adds in billions) of the paper's Table 1. */
const TABLE_1: Readonly<Record<string, readonly [parameters: number, multiplyAdds: number]>> = {
  coco_w32: [30.7, 63.7],
  coco_w48: [66.8, 170.1],
  coco_higher_w48: [66.9, 179.5],
};

/** What is counted of a network, on a square input of its size. */
interface Counted {
  readonly id: string;
  readonly inputSize: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** `manypose info`. */
export async function infoCommand(args: string[]): Promise<void> {
  const {
    values: { json },
    positionals,
  } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
  const [name] = positionals;
  if (name === undefined) {
    console.log(json ? text(NAMED_MODELS.map(countsOf)) : table(NAMED_MODELS));
    return;
  }
  const known = namedModel(name);
  if (known && !(await isFolder(name))) {
    console.log(json ? text([countsOf(known)]) : table([known]));
    return;
  }
  const file = manifestOf(modelUrlOf(name));
  const manifest = await readManifest(file, name);
  const { model, licence = null, source = null } = manifest;
  const counts = countsOf(model);
  const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  if (json) console.log(text([{ ...counts, bytes, licence, source }]));
  else console.log(words(manifest, counts, bytes, dirname(file)));
}

/** @throws ManyposeError `invalid-argument` if there is none, `invalid-model` if it is none. */
async function readManifest(file: string, name: string): Promise<WeightManifest> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ManyposeError(
      'invalid-argument',
      `${name} is neither a model's folder (${messageOf(cause)}) nor one of ` + NAMED_MODELS.map(({ id }) => id).join(', '),
      { cause },
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new ManyposeError('invalid-model', `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
  return parseManifest(json);
}

async function isFolder(name: string): Promise<boolean> {
  return stat(join(name, MANIFEST_FILE)).then(
    () => true,
    () => false,
  );
}

function countsOf(model: ModelDescriptor): Counted {
  const { id, inputSize } = model;
  const network = buildNetwork(model);
  return { id, inputSize, parameters: parameterCount(network), multiplyAdds: multiplyAdds(network, inputSize, inputSize) };
}

const text = (value: unknown): string => JSON.stringify(value, null, 1);
const millions = (count: number): string => `${(count / 1e6).toFixed(2)} M`;
const billions = (count: number): string => `${(count / 1e9).toFixed(2)} G`;

function words({ model, licence, source }: WeightManifest, counts: Counted, bytes: number, folder: string): string {
  const { inputSize } = counts;
  return [
    `${model.id} in ${folder}`,
    `  architecture   ${model.architecture}, W${model.width}, ${model.keypointSet} keypoints`,
    `  parameters     ${millions(counts.parameters)} (${counts.parameters})`,
    `  multiply-adds  ${billions(counts.multiplyAdds)} at ${inputSize}×${inputSize}`,
    `  weights        ${(bytes / 1e6).toFixed(1)} MB`,
    `  licence        ${licence ?? 'not said'}`,
    ...(source === undefined ? [] : [`  source         ${source}`]),
  ].join('\n');
}

/** Counted as they are, as the paper counts, and what the paper's Table 1 says. */
function table(models: readonly ModelDescriptor[]): string {
  const rows = models.map((model): string[] => {
    const { id, inputSize, parameters, multiplyAdds: cost } = countsOf(model);
    const paper = paperCounts(buildNetwork(model), inputSize, inputSize);
    const said = TABLE_1[id];
    return [
      id,
      String(inputSize),
      millions(parameters),
      billions(cost),
      millions(paper.parameters),
      billions(paper.multiplyAdds),
      said ? `${said[0]} M` : '',
      said ? `${said[1]} G` : '',
    ];
  });
  const head = [
    ['', 'input', 'every tensor', '', 'as the paper', '', 'Table 1', ''],
    ['network', 'side', 'parameters', 'mult-adds', 'parameters', 'mult-adds', 'parameters', 'mult-adds'],
  ];
  return textTable([...head, ...rows]);
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { WeightManifest } from '../../model/manifest.ts';
import { parseManifest } from '../../model/manifest.ts';
import { manifestOf, modelUrlOf } from '../model-url.ts';

/**
 * What tells a model's weights from all others. How the model asks to be run is no part of it.
 *
 * @param folder of a converted model; the package's own if left out.
 */
export async function weightsIdentity(folder: string | undefined): Promise<string> {
  const { model: described, shards, tensors, scorer } = await readManifest(folder);
  const { presets: _presets, decoding: _decoding, ...model } = described;
  // The shards' hashes stand for the weights.
  return sha256(JSON.stringify([model, shards.map((shard) => shard.sha256), tensors, scorer]));
}

/** @throws ManyposeError `invalid-model`. */
export async function readManifest(folder: string | undefined): Promise<WeightManifest> {
  return parseManifest(JSON.parse(await readFile(manifestOf(modelUrlOf(folder)), 'utf8')));
}

/** As `integrity` attributes write it. */
export function sha256(bytes: Uint8Array | string): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
}

import type { Network } from '../network/network.ts';
import type { Weights, WeightTensor } from '../network/weights.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import type { Source } from './download.ts';
import type { TensorEntry, WeightManifest } from './manifest.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { buildNetwork } from '../network/build.ts';
import { fetchFile, gotHtml, loadShard, throwIfAborted } from './download.ts';
import { baseUrl, fetchWithFiles } from './file-fetch.ts';
import { decodeFloat16 } from './float16.ts';
import { checkIntegrity, hashesOf } from './integrity.ts';
import { MANIFEST_FILE, parseManifest } from './manifest.ts';

/** Address of a model's folder or of its manifest.json. Relative ones: to the page; in Node, to the working directory. */
export type ModelSource = string | URL;

/** A model ready for a runtime. */
export interface Model {
  readonly descriptor: ModelDescriptor;
  readonly network: Network;
  /** BatchNorm folded in, decoded to float32. */
  readonly weights: Weights;
  /** The rescoring net's `l1`, `l2`, `l3` `.weight` [out, in] and `.bias` [out], if the model has one. */
  readonly scorer?: Weights;
}

export interface LoadModelOptions {
  /** Stops loading; the promise then rejects with 'aborted'. */
  readonly signal?: AbortSignal;
  /** Called as bytes of the weight files arrive, never with less than before, at last with loaded = total. */
  readonly onProgress?: (progress: { loaded: number; total: number }) => void;
  /** What the manifest must be, which holds the hash of every shard: `sha256-…` as in HTML's `integrity` attribute. */
  readonly integrity?: string;
  /** Instead of the platform's: for credentials, other stores, tests. */
  readonly fetch?: typeof fetch;
}

/** Browsers keep about six connections to a host. */
const PARALLEL = 4;

/**
 * Loads a model: its manifest, then its shards, four at a time, each checked against size and
 * SHA-256. In browsers checked shards are kept in the Cache API and not downloaded again.
 *
 * Throws 'invalid-argument' for an address that is none, 'download-failed' (with URL and status),
 * 'invalid-model' for a manifest this version does not understand, 'corrupt-weights' for a file
 * that is not the manifest's or a manifest that is not the expected one, 'aborted'.
 */
export async function loadModel(source: ModelSource, options: LoadModelOptions = {}): Promise<Model> {
  throwIfAborted(options.signal);
  const manifestUrl = manifestUrlOf(source);
  if (options.integrity !== undefined) hashesOf(options.integrity);
  // Our own, so that the first failing shard also stops the others.
  const controller = new AbortController();
  const abort = (): void => controller.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', abort);
  try {
    const from: Source = { fetch: options.fetch ?? fetchWithFiles, signal: controller.signal };
    const manifest = await loadManifest(manifestUrl, from, options.integrity);
    const bytes = await loadShards(manifest, manifestUrl, from, options.onProgress);
    const network = buildNetwork(manifest.model);
    const weights = decodeTensors(manifest.tensors, bytes);
    const scorer = manifest.scorer && decodeTensors(manifest.scorer, bytes);
    return { descriptor: manifest.model, network, weights, ...(scorer && { scorer }) };
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function manifestUrlOf(source: ModelSource): URL {
  // A drive letter would pass for a URL's scheme.
  const text = String(source).replace(/^[A-Za-z]:[\\/]/, (drive) => `file:///${drive}`);
  let url: URL;
  try {
    url = new URL(text, baseUrl());
  } catch (error) {
    throw new ManyposeError('invalid-argument', `${JSON.stringify(text)} is no address of a model`, { cause: error });
  }
  if (!url.pathname.endsWith('.json')) {
    url.pathname = `${url.pathname.replace(/\/?$/, '/')}${MANIFEST_FILE}`;
  }
  return url;
}

async function loadManifest(url: URL, source: Source, integrity?: string): Promise<WeightManifest> {
  // Revalidated: it says which shards are the current ones.
  const response = await fetchFile(url, source, { cache: 'no-cache' });
  let bytes: ArrayBuffer;
  try {
    bytes = await response.arrayBuffer();
  } catch (error) {
    throwIfAborted(source.signal);
    throw new ManyposeError('download-failed', `${url.href} broke off: ${messageOf(error)}`, { cause: error });
  }
  throwIfAborted(source.signal);
  const text = new TextDecoder().decode(bytes);
  if (text.trimStart().startsWith('<')) throw gotHtml(url);
  if (integrity !== undefined) await checkIntegrity(new Uint8Array(bytes), url.href, integrity);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ManyposeError('invalid-model', `${url.href} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  return parseManifest(json);
}

/** All shards one after another. */
async function loadShards(
  manifest: WeightManifest, manifestUrl: URL, source: Source, onProgress: LoadModelOptions['onProgress'],
): Promise<ArrayBuffer> {
  const { shards } = manifest;
  const starts = [0];
  for (const shard of shards) starts.push(starts.at(-1)! + shard.bytes);
  const total = starts.pop()!;
  const all = new Uint8Array(total);

  const loaded = shards.map(() => 0);
  let told = 0;
  onProgress?.({ loaded: 0, total });
  function report(shard: number, bytes: number): void {
    // A shard that is downloaded once more counts on from where it was.
    loaded[shard] = Math.max(loaded[shard], bytes);
    const sum = loaded.reduce((a, b) => a + b, 0);
    if (sum === told || source.signal.aborted) return;
    told = sum;
    onProgress?.({ loaded: sum, total });
  }

  let next = 0;
  async function worker(): Promise<void> {
    for (let i = next++; i < shards.length; i = next++) {
      const bytes = await loadShard(shards[i], new URL(shards[i].file, manifestUrl), source, (n) => report(i, n));
      all.set(bytes, starts[i]);
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, shards.length) }, worker));
  throwIfAborted(source.signal);
  return all.buffer;
}

function decodeTensors(entries: readonly TensorEntry[], bytes: ArrayBuffer): Weights {
  const tensors = new Map<string, WeightTensor>();
  for (const { name, shape, dtype, offset } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = dtype === 'f16'
      ? decodeFloat16(new Uint16Array(bytes, offset, count))
      : new Float32Array(bytes, offset, count).slice();
    tensors.set(name, { shape, data });
  }
  return tensors;
}

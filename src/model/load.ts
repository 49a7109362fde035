import type { Network } from '../network/network.ts';
import type { Weights, WeightTensor } from '../network/weights.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import type { TensorEntry, WeightManifest } from './manifest.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { loadNetwork } from '../network/load.ts';
import type { ModelFetch, Transport } from './download.ts';
import { download, gotHtml, loadShard, nameOf, throwIfAborted } from './download.ts';
import { baseUrl, fetchWithFiles } from './file-fetch.ts';
import { allFinite } from './finite.ts';
import { decodeFloat16, isFiniteFloat16 } from './float16.ts';
import type { IntegrityCheck } from './integrity.ts';
import { MANIFEST_FILE, parseManifest } from './manifest.ts';

/** Address of a model's folder or of its manifest.json. Relative ones: to the page; in Node, to the working directory. */
export type ModelAddress = string | URL;

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
  readonly fetch?: ModelFetch;
}

/** A manifest has 70 kB; what is as large as this is none. */
const MAX_MANIFEST_BYTES = 8 * 2 ** 20;

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
export async function loadModel(address: ModelAddress, options: LoadModelOptions = {}): Promise<Model> {
  throwIfAborted(options.signal);
  const manifestUrl = manifestUrlOf(address);
  const check = options.integrity === undefined ? undefined : (await import('./integrity.ts')).integrityCheck(options.integrity);
  // Our own, so that the first failing shard also stops the others.
  const controller = new AbortController();
  const abort = (): void => controller.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', abort);
  try {
    const from: Transport = { fetch: options.fetch ?? fetchWithFiles, signal: controller.signal };
    const manifest = await loadManifest(manifestUrl, from, check);
    const bytes = await loadShards(manifest, manifestUrl, from, options.onProgress);
    const network = await loadNetwork(manifest.model);
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

function manifestUrlOf(address: ModelAddress): URL {
  // A drive letter would pass for a URL's scheme.
  const text = String(address).replace(/^[A-Za-z]:[\\/]/, (drive) => `file:///${drive}`);
  const base = baseUrl();
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (error) {
    const advice =
      base && isOpaque(base)
        ? ": to a worker made of a blob nothing is relative; pass new URL('models/…', document.baseURI).href from the page"
        : '';
    throw new ManyposeError('invalid-argument', `${JSON.stringify(printable(text))} is no address of a model${advice}`, {
      cause: error,
    });
  }
  if (!isOpaque(url.href) && !url.pathname.endsWith('.json')) {
    url.pathname = `${url.pathname.replace(/\/?$/, '/')}${MANIFEST_FILE}`;
  }
  return url;
}

/** Whether an address has no folders. */
function isOpaque(address: string): boolean {
  return /^(blob|data):/.test(address);
}

async function loadManifest(url: URL, transport: Transport, check?: IntegrityCheck): Promise<WeightManifest> {
  // Revalidated: it says which shards are the current ones.
  const { bytes } = await download(url, transport, 'no-cache', MAX_MANIFEST_BYTES);
  if (bytes.length > MAX_MANIFEST_BYTES) throw new ManyposeError('invalid-model', `${nameOf(url)} is larger than any manifest`);
  const text = new TextDecoder().decode(bytes);
  if (text.trimStart().startsWith('<')) throw gotHtml(url);
  await check?.(bytes, nameOf(url));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ManyposeError('invalid-model', `${nameOf(url)} is not JSON: ${printable(messageOf(error))}`, { cause: error });
  }
  return parseManifest(json);
}

/**
 * Address of a shard: in the manifest's folder, with the manifest's query, which may be a signature that gives
 * access. A manifest without a folder, a `blob:`, names its shards' own addresses.
 */
function shardUrl(file: string, manifestUrl: URL): URL {
  try {
    const url = new URL(file, manifestUrl);
    if (!isOpaque(file)) url.search = manifestUrl.search;
    return url;
  } catch (cause) {
    throw new ManyposeError(
      'invalid-model',
      `a manifest at a ${manifestUrl.protocol} address must name each shard's blob: address as its file, not ${file}`,
      { cause },
    );
  }
}

/** All shards one after another. */
async function loadShards(
  manifest: WeightManifest,
  manifestUrl: URL,
  transport: Transport,
  onProgress: LoadModelOptions['onProgress'],
): Promise<ArrayBuffer> {
  const { shards } = manifest;
  const urls = shards.map(({ file }) => shardUrl(file, manifestUrl));
  const starts = [0];
  for (const shard of shards) starts.push(starts.at(-1)! + shard.bytes);
  const total = starts.pop()!;
  const all = new Uint8Array(total);

  const loaded = shards.map(() => 0);
  let told = 0;
  const tell = (sum: number): void => {
    try {
      onProgress?.({ loaded: sum, total });
    } catch (cause) {
      throw new ManyposeError('invalid-argument', `onProgress threw: ${messageOf(cause)}`, { cause });
    }
  };
  tell(0);
  function report(shard: number, bytes: number): void {
    // A shard that is downloaded once more counts on from where it was.
    loaded[shard] = Math.max(loaded[shard], bytes);
    const sum = loaded.reduce((a, b) => a + b, 0);
    if (sum === told || transport.signal.aborted) return;
    told = sum;
    tell(sum);
  }

  let next = 0;
  async function worker(): Promise<void> {
    for (let i = next++; i < shards.length; i = next++) {
      const bytes = await loadShard(shards[i], urls[i], transport, (n) => report(i, n));
      all.set(bytes, starts[i]);
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, shards.length) }, worker));
  throwIfAborted(transport.signal);
  return all.buffer;
}

function decodeTensors(entries: readonly TensorEntry[], bytes: ArrayBuffer): Weights {
  const tensors = new Map<string, WeightTensor>();
  for (const { name, shape, dtype, offset } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const halves = dtype === 'f16' ? new Uint16Array(bytes, offset, count) : undefined;
    const data = halves ? decodeFloat16(halves) : new Float32Array(bytes, offset, count).slice();
    // One such number would make all maps of every frame nothing.
    if (!(halves ? halves.every(isFiniteFloat16) : allFinite(data))) {
      throw new ManyposeError('corrupt-weights', `${name} holds values that are infinite or no numbers`);
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

import type { ShardEntry } from './manifest.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { sha256 } from './sha256.ts';
import { cachedShard, cacheShard } from './shard-cache.ts';

/** How files are had. */
export interface Source {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** Throws 'aborted' if the signal fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ManyposeError('aborted', 'loading the model was aborted', { cause: signal.reason });
}

/** The promise, or a rejection as soon as the signal fires: not every fetch heeds its signal. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Fetches a URL and checks that the answer is a file. Throws 'download-failed' naming URL and
 * status, 'aborted'.
 */
export async function fetchFile(url: URL, source: Source, init: RequestInit = {}): Promise<Response> {
  throwIfAborted(source.signal);
  let response: Response;
  try {
    response = await abortable(source.fetch(url.href, { ...init, signal: source.signal }), source.signal);
  } catch (error) {
    throwIfAborted(source.signal);
    throw new ManyposeError('download-failed', `cannot fetch ${url.href}: ${messageOf(error)}`, { cause: error });
  }
  throwIfAborted(source.signal);
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new ManyposeError('download-failed', `cannot fetch ${url.href}: the server answered ${status}`);
  }
  if (response.headers.get('content-type')?.startsWith('text/html')) throw gotHtml(url);
  return response;
}

/** Servers of single-page applications answer every unknown path with their index page and status 200. */
export function gotHtml(url: URL): ManyposeError {
  return new ManyposeError('download-failed', `${url.href} is an HTML page, not a file of the model:`
    + ' probably there is no model at this address and the server sends its index page instead');
}

/**
 * A shard's bytes, from the cache or the network, with size and hash checked. `onBytes` is told how
 * many of them are there. Throws 'corrupt-weights' for a shard that is not what the manifest says,
 * and as fetchFile does.
 */
export async function loadShard(
  shard: ShardEntry, url: URL, source: Source, onBytes: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const cached = await cachedShard(url, shard.sha256);
  throwIfAborted(source.signal);
  if (cached && cached.length === shard.bytes && await sha256(cached) === shard.sha256) {
    onBytes(shard.bytes);
    return cached;
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await downloadShard(shard, url, source, onBytes, 'default');
  } catch (error) {
    if (!(error instanceof ManyposeError && error.code === 'corrupt-weights')) throw error;
    // The browser's HTTP cache may hold the file that lay here before an update: ask the server itself.
    bytes = await downloadShard(shard, url, source, onBytes, 'reload');
  }
  throwIfAborted(source.signal);
  await cacheShard(url, shard.sha256, bytes);
  return bytes;
}

async function downloadShard(
  shard: ShardEntry, url: URL, source: Source, onBytes: (loaded: number) => void, cache: RequestCache,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchFile(url, source, { cache });
  const bytes = new Uint8Array(shard.bytes);
  let loaded = 0;
  const reader = response.body?.getReader();
  try {
    while (reader) {
      const { done, value } = await abortable(reader.read(), source.signal);
      throwIfAborted(source.signal);
      if (done) break;
      if (loaded + value.length > shard.bytes) {
        throw corrupt(shard, `is longer than its ${shard.bytes} bytes`);
      }
      bytes.set(value, loaded);
      loaded += value.length;
      onBytes(loaded);
    }
  } catch (error) {
    void reader?.cancel().catch(() => {});
    throwIfAborted(source.signal);
    if (error instanceof ManyposeError) throw error;
    throw new ManyposeError('download-failed', `${url.href} broke off after ${loaded} of ${shard.bytes} bytes:`
      + ` ${messageOf(error)}`, { cause: error });
  }
  if (loaded < shard.bytes) throw corrupt(shard, `has ${loaded} bytes instead of ${shard.bytes}`);
  const digest = await sha256(bytes);
  if (digest !== shard.sha256) throw corrupt(shard, `has SHA-256 ${digest} instead of ${shard.sha256}`);
  return bytes;
}

function corrupt(shard: ShardEntry, how: string): ManyposeError {
  return new ManyposeError('corrupt-weights', `${shard.file} ${how}`);
}

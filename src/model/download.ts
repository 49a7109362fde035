import type { ShardEntry } from './manifest.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { sha256 } from './sha256.ts';
import { cachedShard, cacheShard } from './shard-cache.ts';

type CacheMode = 'default' | 'no-cache' | 'reload';

/** What is used of the platform's fetch: an address, and how to ask. */
export type ModelFetch = (url: string, init: { cache: CacheMode; signal: AbortSignal }) => Promise<Response>;

/** How files are had. */
export interface Transport {
  readonly fetch: ModelFetch;
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

/** A download that came to nothing for a reason that may have passed by the next time. */
class Interrupted extends ManyposeError {}

/** A server that says nothing for so long is not waited for. */
const STALL_MS = 30_000;
const PAUSE_MS = 500;

/** What came, and whether the server calls it a page. */
interface Downloaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isPage: boolean;
}

/**
 * Downloads a file; once more after an interruption: an error of the server (5xx), a connection that breaks or
 * stalls. Throws 'download-failed' naming URL and status, 'aborted'.
 *
 * @param most stops once there are more bytes than this.
 * @param onBytes is told how many there are.
 */
export async function download(
  url: URL,
  transport: Transport,
  cache: CacheMode,
  most: number,
  onBytes?: (loaded: number) => void,
): Promise<Downloaded> {
  for (let last = false; ; last = true) {
    try {
      return await attempt(url, transport, cache, most, onBytes);
    } catch (error) {
      throwIfAborted(transport.signal);
      if (last || !(error instanceof Interrupted)) throw error;
    }
    await abortable(new Promise((resolve) => setTimeout(resolve, PAUSE_MS)), transport.signal).catch(() => {});
  }
}

async function attempt(
  url: URL,
  transport: Transport,
  cache: CacheMode,
  most: number,
  onBytes?: (loaded: number) => void,
): Promise<Downloaded> {
  throwIfAborted(transport.signal);
  const controller = new AbortController();
  const abort = (): void => controller.abort(transport.signal.reason);
  transport.signal.addEventListener('abort', abort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = <T>(promise: Promise<T>): Promise<T> => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS);
    return abortable(promise, controller.signal);
  };
  let loaded = 0;
  try {
    const response = await wait(transport.fetch(url.href, { cache, signal: controller.signal }));
    if (!response.ok) {
      const Failure = response.status >= 500 ? Interrupted : ManyposeError;
      throw new Failure(
        'download-failed',
        `cannot fetch ${nameOf(url)}: the server answered ${printable(`${response.status} ${response.statusText}`.trim())}`,
      );
    }
    const reader = response.body?.getReader();
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    while (reader && loaded <= most) {
      const { done, value } = await wait(reader.read());
      throwIfAborted(transport.signal);
      if (done) break;
      pieces.push(value);
      loaded += value.length;
      onBytes?.(Math.min(loaded, most));
    }
    if (loaded > most) void reader?.cancel().catch(() => {});
    return {
      bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()),
      isPage: Boolean(response.headers.get('content-type')?.startsWith('text/html')),
    };
  } catch (error) {
    throwIfAborted(transport.signal);
    if (error instanceof ManyposeError) throw error;
    const how = loaded > 0 ? `${nameOf(url)} broke off after ${loaded} bytes` : `cannot fetch ${nameOf(url)}`;
    const why = messageOf(error).replaceAll(url.href, nameOf(url));
    throw new Interrupted('download-failed', `${how}: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
    transport.signal.removeEventListener('abort', abort);
    // Whatever is still under way.
    controller.abort();
  }
}

/** An address for a message: without what may give access, a name with a password or, in its query, a signature. */
export function nameOf(url: URL): string {
  return printable(url.href.replace(/[?#].*$/, '').replace(/\/\/[^/]*@/, '//'), 500);
}

/** Servers of single-page applications answer every unknown path with their index page and status 200. */
export function gotHtml(url: URL): ManyposeError {
  return new ManyposeError(
    'download-failed',
    `${nameOf(url)} is an HTML page, not a file of the model:` +
      ' probably there is no model at this address and the server sends its index page instead',
  );
}

/**
 * A shard's bytes, from the cache or the network, with size and hash checked. `onBytes` is told how
 * many of them are there. Throws 'corrupt-weights' for a shard that is not what the manifest says,
 * and as `download` does.
 */
export async function loadShard(
  shard: ShardEntry,
  url: URL,
  transport: Transport,
  onBytes: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const cached = await cachedShard(url, shard.sha256);
  throwIfAborted(transport.signal);
  if (cached && cached.length === shard.bytes && (await sha256(cached)) === shard.sha256) {
    onBytes(shard.bytes);
    return cached;
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await downloadShard(shard, url, transport, onBytes, 'default');
  } catch (error) {
    if (!(error instanceof ManyposeError && error.code === 'corrupt-weights')) throw error;
    // The browser's HTTP cache may hold the file that lay here before an update: ask the server itself.
    bytes = await downloadShard(shard, url, transport, onBytes, 'reload');
  }
  throwIfAborted(transport.signal);
  await cacheShard(url, shard.sha256, bytes);
  return bytes;
}

async function downloadShard(
  shard: ShardEntry,
  url: URL,
  transport: Transport,
  onBytes: (loaded: number) => void,
  cache: CacheMode,
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, isPage } = await download(url, transport, cache, shard.bytes, onBytes);
  const digest = bytes.length === shard.bytes ? await sha256(bytes) : undefined;
  if (digest === shard.sha256) return bytes;
  // What the server calls the file matters only where it is another one.
  if (isPage) throw gotHtml(url);
  if (bytes.length > shard.bytes) throw corrupt(shard, `is longer than its ${shard.bytes} bytes`);
  throw corrupt(
    shard,
    digest === undefined
      ? `has ${bytes.length} bytes instead of ${shard.bytes}`
      : `has SHA-256 ${digest} instead of ${shard.sha256}`,
  );
}

function corrupt(shard: ShardEntry, how: string): ManyposeError {
  return new ManyposeError('corrupt-weights', `${shard.file} ${how}`);
}

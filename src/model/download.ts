import type { ShardEntry } from './manifest.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { sha256 } from './sha256.ts';
import { cachedShard, cacheShard } from './shard-cache.ts';

/** What is used of the platform's fetch: an address, and how to ask. */
export type ModelFetch = (url: string, init: { cache: 'default' | 'no-cache' | 'reload'; signal: AbortSignal }) => Promise<Response>;

/** How files are had. */
export interface Source {
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
class Interrupted extends ManyposeError {
  constructor(message: string, cause?: unknown) {
    super('download-failed', message, { cause });
  }
}

/** A server that says nothing for so long is not waited for. */
const STALL_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Downloads a file; once more after an interruption: an error of the server (5xx), a connection that breaks or
 * stalls. Throws 'download-failed' naming URL and status, 'aborted', and what `read` throws.
 *
 * @param read takes the answer's pieces; `url` is the address for messages, without what may be secret in it.
 */
export async function download<T>(
  url: URL, source: Source, cache: 'default' | 'no-cache' | 'reload', read: (pieces: AsyncIterable<Uint8Array>, response: Response) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(url, source, cache, read);
  } catch (error) {
    throwIfAborted(source.signal);
    if (!(error instanceof Interrupted)) throw error;
  }
  await abortable(new Promise((resolve) => setTimeout(resolve, PAUSE_MS)), source.signal).catch(() => {});
  throwIfAborted(source.signal);
  return attempt(url, source, cache, read);
}

async function attempt<T>(
  url: URL, source: Source, cache: 'default' | 'no-cache' | 'reload', read: (pieces: AsyncIterable<Uint8Array>, response: Response) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(source.signal.reason);
  throwIfAborted(source.signal);
  source.signal.addEventListener('abort', abort);
  const stalled = (): void => controller.abort(new Error(`nothing came for ${STALL_MS / 1000} s`));
  let timer = setTimeout(stalled, STALL_MS);
  let loaded = 0;

  async function* pieces(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    try {
      while (reader) {
        const { done, value } = await abortable(reader.read(), controller.signal).catch((cause: unknown) => {
          throwIfAborted(source.signal);
          throw new Interrupted(`${nameOf(url)} broke off after ${loaded} bytes: ${messageOf(cause)}`, cause);
        });
        throwIfAborted(source.signal);
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(stalled, STALL_MS);
        loaded += value.length;
        yield value;
      }
    } finally {
      void reader?.cancel().catch(() => {});
    }
  }

  try {
    const response = await abortable(source.fetch(url.href, { cache, signal: controller.signal }), controller.signal)
      .catch((cause: unknown) => {
        throwIfAborted(source.signal);
        throw new Interrupted(`cannot fetch ${nameOf(url)}: ${messageOf(cause)}`, cause);
      });
    throwIfAborted(source.signal);
    if (!response.ok) {
      const message = `cannot fetch ${nameOf(url)}: the server answered ${`${response.status} ${printable(response.statusText)}`.trim()}`;
      throw response.status >= 500 ? new Interrupted(message) : new ManyposeError('download-failed', message);
    }
    return await read(pieces(response), response);
  } finally {
    clearTimeout(timer);
    source.signal.removeEventListener('abort', abort);
    // Whatever is still under way.
    controller.abort();
  }
}

/** An address for a message: without its query, which may hold a signature that gives access. */
export function nameOf(url: URL): string {
  return printable(url.href.replace(/[?#].*$/, ''), 500);
}

/** Servers of single-page applications answer every unknown path with their index page and status 200. */
export function gotHtml(url: URL): ManyposeError {
  return new ManyposeError('download-failed', `${nameOf(url)} is an HTML page, not a file of the model:`
    + ' probably there is no model at this address and the server sends its index page instead');
}

/**
 * A shard's bytes, from the cache or the network, with size and hash checked. `onBytes` is told how
 * many of them are there. Throws 'corrupt-weights' for a shard that is not what the manifest says,
 * and as `download` does.
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
  shard: ShardEntry, url: URL, source: Source, onBytes: (loaded: number) => void, cache: 'default' | 'no-cache' | 'reload',
): Promise<Uint8Array<ArrayBuffer>> {
  return download(url, source, cache, async (pieces, response) => {
    const bytes = new Uint8Array(shard.bytes);
    let loaded = 0;
    // What the server calls the file matters only where it is another one.
    const wrong = (how: string): ManyposeError =>
      (response.headers.get('content-type')?.startsWith('text/html') ? gotHtml(url) : corrupt(shard, how));
    for await (const piece of pieces) {
      if (loaded + piece.length > shard.bytes) throw wrong(`is longer than its ${shard.bytes} bytes`);
      bytes.set(piece, loaded);
      loaded += piece.length;
      onBytes(loaded);
    }
    if (loaded < shard.bytes) throw wrong(`has ${loaded} bytes instead of ${shard.bytes}`);
    const digest = await sha256(bytes);
    if (digest !== shard.sha256) throw wrong(`has SHA-256 ${digest} instead of ${shard.sha256}`);
    return bytes;
  });
}

function corrupt(shard: ShardEntry, how: string): ManyposeError {
  return new ManyposeError('corrupt-weights', `${printable(shard.file.replace(/[?#].*$/, ''))} ${how}`);
}

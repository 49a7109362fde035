/**
 * The browser's cache of downloaded shards. All of it is a convenience: where there is no cache, or
 * it is full or forbidden, everything works without.
 */
const CACHE_NAME = 'manypose-weights';
const HASH_PARAMETER = 'manypose-sha256';

/** A cached shard that has this hash by name (the bytes are not checked), undefined if there is none. */
export async function cachedShard(url: URL, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    if (!isCacheable(url)) return undefined;
    const response = await (await openCache())?.match(keyOf(url, sha256));
    return response && new Uint8Array(await response.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** Keeps a shard, and drops other versions of it. */
export async function cacheShard(url: URL, sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    const cache = isCacheable(url) ? await openCache() : undefined;
    if (!cache) return;
    const key = keyOf(url, sha256);
    await cache.put(key, new Response(bytes));
    const versions = await cache.keys(key, { ignoreSearch: true });
    await Promise.all(versions.filter((request) => request.url !== key).map((request) => cache.delete(request)));
  } catch {
    // Full or forbidden: the next visit downloads again.
  }
}

/** A `blob:` is the page's own, and has another address the next time. */
function isCacheable(url: URL): boolean {
  return /^https?:$/.test(url.protocol);
}

async function openCache(): Promise<Cache | undefined> {
  return globalThis.caches?.open(CACHE_NAME);
}

/** Keyed by hash: after an update, what is cached under the old hash is not found any more. A signature in the query changes, too. */
function keyOf(url: URL, sha256: string): string {
  const key = new URL(url);
  key.hash = '';
  key.search = new URLSearchParams({ [HASH_PARAMETER]: sha256 }).toString();
  return key.href;
}

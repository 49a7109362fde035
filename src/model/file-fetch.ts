import { messageOf } from '../errors.ts';

/** Whether this is Node (or Bun, Deno) rather than a browser. */
function hasFiles(): boolean {
  return typeof process !== 'undefined' && Boolean(process.versions?.node);
}

/** fetch, but `file:` URLs are read from disk where there is a file system; a missing file is a 404. */
export const fetchWithFiles: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith('file:') || !hasFiles()) return fetch(input, init);
  // By variables, so that bundlers for browsers leave these imports alone.
  const files = 'node:fs/promises';
  const { readFile } = await import(/* @vite-ignore */ files) as typeof import('node:fs/promises');
  try {
    return new Response(await readFile(new URL(url), { signal: init?.signal ?? undefined }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return new Response(messageOf(error), { status: 404, statusText: 'no such file' });
  }
};

/** What relative model addresses are relative to: the page, or under Node the working directory. */
export function baseUrl(): string | undefined {
  if (typeof document !== 'undefined') return document.baseURI;
  if (typeof location !== 'undefined') return location.href;
  if (!hasFiles()) return undefined;
  return `file://${encodeURI(process.cwd().replace(/\\/g, '/').replace(/^(?=[^/])/, '/'))}/`;
}

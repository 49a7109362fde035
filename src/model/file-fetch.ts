import { messageOf } from '../errors.ts';
import { nodeModule } from './node-modules.ts';

/** fetch, but `file:` URLs are read from disk where there is a file system; a missing file is a 404. */
export const fetchWithFiles: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const files = url.startsWith('file:') ? nodeModule('node:fs/promises') : undefined;
  if (!files) return fetch(input, init);
  try {
    return new Response(await files.readFile(new URL(url), { signal: init?.signal ?? undefined }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return new Response(messageOf(error), { status: 404, statusText: 'no such file' });
  }
};

/** What relative model addresses are relative to: the page, or under Node the working directory. */
export function baseUrl(): string | undefined {
  if (typeof document !== 'undefined') return document.baseURI;
  if (typeof location !== 'undefined') return location.href;
  return nodeModule('node:url')?.pathToFileURL(`${process.cwd()}/`).href;
}

import type { ModelFetch } from './download.ts';
import { nodeModule } from './node-modules.ts';

/** fetch, but `file:` URLs are read from disk where there is a file system; a missing file is a 404. */
export const fetchWithFiles: ModelFetch = async (url, init) =>
  (url.startsWith('file:') && (await (await import('./read-file.ts')).responseOfFile(url, init.signal))) || fetch(url, init);

/** What relative model addresses are relative to: the page, or under Node the working directory. */
export function baseUrl(): string | undefined {
  if (typeof document !== 'undefined') return document.baseURI;
  if (typeof location !== 'undefined') return location.href;
  return nodeModule('node:url')?.pathToFileURL(`${process.cwd()}/`).href;
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Record<string, string> = { '.json': 'application/json', '.md': 'text/markdown' };

/**
 * Answers requests for files of one folder. Whatever is asked for, the server lives on: an address that is none is
 * 400, and what is no file there is 404 (vite would answer with index.html, and a missing shard look like a corrupt one).
 */
export function serveFolder(folder: string): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const refuse = (status: number): void => void response.writeHead(status).end();
    const path = pathOf(folder, request.url);
    if (path === undefined) return refuse(400);
    const info = path.startsWith(folder + sep) ? await stat(path).catch(() => undefined) : undefined;
    if (!info?.isFile()) return refuse(404);
    const headers = { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Length': info.size };
    const file = createReadStream(path);
    // A file that cannot be read says so only when it is: then nothing is sent yet, or the connection has to break.
    file.once('error', () => (response.headersSent ? response.destroy() : refuse(404)));
    file.once('open', () => file.pipe(response.writeHead(200, headers)));
    response.once('close', () => file.destroy());
  };
}

/** The file that an address asks for; undefined if it is no address. */
function pathOf(folder: string, url = '/'): string | undefined {
  try {
    return normalize(join(folder, decodeURIComponent(new URL(`http://host${url}`).pathname)));
  } catch {
    return undefined;
  }
}

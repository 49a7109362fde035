import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
};

/** A server of a built page's files. */
export interface Server {
  /** Ends in a slash. */
  readonly url: string;
  /** JavaScript that was asked for since the last call, in bytes of gzip. */
  takeScriptBytes(): number;
  close(): void;
}

/** Serves a folder; `index.html` for folders, 404 for what is missing. */
export async function serve(folder: string, headers: Record<string, string> = {}): Promise<Server> {
  const root = normalize(folder);
  const scripts = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const path = join(root, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '');
    if (!path.startsWith(root + sep) || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const body = readFileSync(path);
    if (extname(path) === '.js') scripts.set(path, gzipSync(body, { level: 9 }).length);
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
      ...headers,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    takeScriptBytes() {
      const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
      scripts.clear();
      return bytes;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { goldenOutputs } from '../support/golden.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What lets a page share memory between threads. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export interface Served {
  /** Of the page of the public API; its threads may share memory on one that is isolated. */
  api(isolated?: boolean): string;
  /** Of the page that runs the conformance cases. */
  readonly conformance: string;
  close(): Promise<void>;
}

/** The browser tests' pages, and the official outputs, at `/golden`, for a page that no test can give them to. */
export async function serve(): Promise<Served> {
  const server = await createServer({
    configFile: `${root}test/e2e/vite.config.ts`,
    server: { port: 0, strictPort: false, host: 'localhost' },
    logLevel: 'error',
    plugins: [
      {
        name: 'for browsers of other engines',
        configureServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
            if (searchParams.has('isolated'))
              for (const [name, value] of Object.entries(ISOLATED)) response.setHeader(name, value);
            if (pathname !== '/golden') return next();
            const [model, width, height] = ['model', 'width', 'height'].map((name) => searchParams.get(name)!);
            response.end(JSON.stringify(goldenOutputs(model, Number(width), Number(height)).map((values) => [...values])));
          });
        },
      },
    ],
  });
  await server.listen();
  const address = `http://localhost:${(server.httpServer!.address() as AddressInfo).port}`;
  return {
    api: (isolated = false) => `${address}/test/e2e/pages/api.html${isolated ? '?isolated' : ''}`,
    conformance: `${address}/test/conformance/page.html`,
    close: () => server.close(),
  };
}

import type { Plugin } from 'vite';
import { tinyPeopleFiles } from './tiny-people.ts';

/** Where the tests' servers have the tiny network that finds people. */
export const TINY_PEOPLE_PATH = '/models/tiny_people/';

/** A dev server also gives the tiny network's files, which are made, not read. */
export function serveTinyPeople(): Plugin {
  return {
    name: 'serve-tiny-people',
    // Before the server's own answer to /models/.
    enforce: 'pre',
    apply: 'serve',
    async configureServer(server) {
      const files = new Map((await tinyPeopleFiles()).map(({ name, bytes }) => [name, bytes]));
      server.middlewares.use(TINY_PEOPLE_PATH.slice(0, -1), (request, response) => {
        const name = new URL(request.url ?? '/', 'http://host').pathname.slice(1);
        const bytes = files.get(name);
        response.statusCode = bytes ? 200 : 404;
        response.setHeader('Content-Type', name.endsWith('.json') ? 'application/json' : 'application/octet-stream');
        response.setHeader('Content-Length', bytes?.length ?? 0);
        response.end(bytes);
      });
    },
  };
}

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A port that nobody uses: whatever else runs on a machine, or a second run of the tests, is not in the way.
 * Kept in the environment, from which Playwright's worker processes take it over.
 */
async function port(variable: string): Promise<number> {
  if (!process.env[variable]) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    process.env[variable] = String((server.address() as AddressInfo).port);
    await new Promise((resolve) => server.close(resolve));
  }
  return Number(process.env[variable]);
}

/** The demo as its own vite configuration serves it, with the tests' tiny model beside its own. */
export const DEMO_PORT = await port('MANYPOSE_DEMO_PORT');
/** The repository, for the tests' pages. */
export const PAGES_PORT = await port('MANYPOSE_PAGES_PORT');

export const DEMO = `http://localhost:${DEMO_PORT}/`;
export const PAGES = `http://localhost:${PAGES_PORT}/`;

/** The demo as its own vite configuration serves it. */
export const DEMO_PORT = 4173;
/** The repository, for the pages under test/e2e/pages. */
export const PAGES_PORT = 4174;

export const DEMO = `http://localhost:${DEMO_PORT}/`;
export const PAGES = `http://localhost:${PAGES_PORT}/`;

import { fileURLToPath } from 'node:url';

// Pages that are rendered once, at build time; the packages are installed in the folder above.
export default {
  output: 'export',
  typescript: { ignoreBuildErrors: false },
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
};

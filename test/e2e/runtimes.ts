/** The runtimes that the tests compare in a browser; `tfjs-webgpu`, which is there to compare with, takes minutes without a GPU. */
export const RUNTIMES = ['wasm', 'webgpu', 'webgl'] as const;

/** For tests of the page and not of the network: the least input that is taken, a tiny model, no GPU. */
export const QUICK = '?size=64&model=/models/tiny_people/&runtime=wasm';

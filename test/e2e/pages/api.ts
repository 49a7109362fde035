import * as manypose from '../../../src/index.ts';

export type Manypose = typeof manypose;

/** Loads one of the demo's photos. */
async function photo(name: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `/demo/samples/${name}.jpg`;
  await image.decode();
  return image;
}

/** What a promise ends with: the error's code if it is one of the library's. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof manypose.ManyposeError ? error.code : `not a ManyposeError: ${error}`;
  }
}

/** What tests evaluate code against. */
export const api = { manypose, photo, codeOf, modelUrl: new URL('/models/coco_w32/', location.href) };

declare global {
  interface Window {
    api: typeof api;
    /** Made once for the tests that share a page. */
    detector: Awaited<ReturnType<Manypose['createDetector']>>;
  }
}

window.api = api;

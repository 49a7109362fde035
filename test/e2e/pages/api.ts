import * as manypose from '../../../src/index.ts';

export type Manypose = typeof manypose;

type Realm = Window & typeof globalThis;

/** A page within the page: its images are of other classes than ours. */
function iframe(): Realm {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  return frame.contentWindow as Realm;
}

/** Loads one of the demo's photos. */
async function photo(name: string, realm: Realm = window): Promise<HTMLImageElement> {
  const image = new realm.Image();
  image.src = `/demo/samples/${name}.jpg`;
  await image.decode();
  return image;
}

/**
 * One photo as every kind of input there is, by the kind's name, made of the realm's classes.
 *
 * @param wanted those made besides `image`; all if left out.
 */
async function everyKind(
  name: string,
  realm: Realm = window,
  wanted?: readonly string[],
): Promise<Record<string, manypose.ImageInput>> {
  const image = await photo(name, realm);
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = Object.assign(realm.document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height);
  const offscreen = new realm.OffscreenCanvas(width, height);
  offscreen.getContext('2d')!.drawImage(image, 0, 0);
  const makers: Record<string, () => manypose.ImageInput | Promise<manypose.ImageInput>> = {
    image: () => image,
    canvas: () => canvas,
    offscreen: () => offscreen,
    pixels: () => pixels,
    bitmap: () => realm.createImageBitmap(image),
    plainObject: () => ({ data: new realm.Uint8Array(pixels.data), width, height }),
    videoFrame: () => new realm.VideoFrame(canvas, { timestamp: 0 }),
    video: () => videoOf(canvas),
    tensor: () => tensorOf(pixels),
  };
  const made: Record<string, manypose.ImageInput> = {};
  for (const [kind, make] of Object.entries(makers)) {
    if (!wanted || kind === 'image' || wanted.includes(kind)) made[kind] = await make();
  }
  return made;
}

/** A playing video whose every frame is the canvas. */
async function videoOf(canvas: HTMLCanvasElement): Promise<HTMLVideoElement> {
  const { ownerDocument } = canvas;
  const video = Object.assign(ownerDocument.createElement('video'), { muted: true, srcObject: canvas.captureStream() });
  ownerDocument.body.append(video);
  let framed = false;
  video.requestVideoFrameCallback(() => {
    framed = true;
  });
  await video.play();
  // A stream brings frames only while its canvas is drawn on.
  const context = canvas.getContext('2d')!;
  while (!framed) {
    context.putImageData(context.getImageData(0, 0, 1, 1), 0, 0);
    await new Promise(requestAnimationFrame);
  }
  return video;
}

async function tensorOf({ data, width, height }: ImageData): Promise<manypose.ImageInput> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  if (!tf.getBackend()) await tf.setBackend('cpu');
  return tf.tensor3d(new Int32Array(data), [height, width, 4], 'int32') as unknown as manypose.ImageInput;
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

/** What tests evaluate code against; the model is the tiny one that finds people. */
export const api = { manypose, photo, everyKind, iframe, codeOf, modelUrl: new URL('/models/tiny_people/', location.href) };

declare global {
  interface Window {
    api: typeof api;
    /** Made once for the tests that share a page. */
    detector: Awaited<ReturnType<Manypose['createDetector']>>;
  }
}

window.api = api;

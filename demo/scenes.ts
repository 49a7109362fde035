import { creditOf } from './samples.ts';
import type { Sample } from './samples.ts';

/** Something that can be put on the stage. */
export interface Scene {
  readonly element: HTMLImageElement | HTMLVideoElement;
  readonly width: number;
  readonly height: number;
  readonly caption: (Node | string)[];
  /** Name for a saved file. */
  readonly name: string;
  /** Shown as in a mirror, as people expect of a camera that faces them. */
  readonly mirrored: boolean;
  /** Gives back what it holds: an object URL, the camera. */
  close(): void;
}

/** A file that is neither a picture nor a video this browser can show. */
export class BadFileError extends Error {}

async function openImage(url: string, what: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  image.alt = what;
  await image.decode();
  return image;
}

export async function openSample(sample: Sample): Promise<Scene> {
  const element = await openImage(sample.url, sample.title);
  return {
    element,
    width: element.naturalWidth,
    height: element.naturalHeight,
    caption: creditOf(sample),
    name: sample.name,
    mirrored: false,
    close() {},
  };
}

/** Waits for a video's first frame. */
export async function firstFrame(video: HTMLVideoElement): Promise<void> {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return;
  await new Promise<void>((resolve, reject) => {
    video.addEventListener('loadeddata', () => resolve(), { once: true });
    video.addEventListener('error', () => reject(video.error ?? new Error('the video cannot be played')), { once: true });
  });
}

/** @throws BadFileError if the browser can show the file neither as a picture nor as a video. */
export async function openFile(file: File): Promise<Scene> {
  const url = URL.createObjectURL(file);
  const close = (): void => URL.revokeObjectURL(url);
  const name = file.name.replace(/\.[^.]+$/, '');
  try {
    if (!file.type.startsWith('video/')) {
      const element = await openImage(url, file.name);
      if (element.naturalWidth === 0) throw new Error('the picture has no size');
      const { naturalWidth: width, naturalHeight: height } = element;
      return { element, width, height, caption: [file.name], name, mirrored: false, close };
    }
    const element = document.createElement('video');
    Object.assign(element, { src: url, muted: true, loop: true, playsInline: true, controls: true });
    element.setAttribute('aria-label', file.name);
    await firstFrame(element);
    const { videoWidth: width, videoHeight: height } = element;
    if (width === 0) throw new Error('the file holds sound only');
    return {
      element,
      width,
      height,
      caption: [file.name],
      name,
      mirrored: false,
      close() {
        element.pause();
        element.removeAttribute('src');
        element.load();
        close();
      },
    };
  } catch (error) {
    close();
    throw new BadFileError(`${file.name || 'the file'}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

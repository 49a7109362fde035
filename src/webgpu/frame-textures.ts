import { ManyposeError, messageOf } from '../errors.ts';
import type { BrowserImage, Frame } from '../frame.ts';
import { isPixelData, isVideo } from '../frame.ts';
import { drawImage, readable, shrinkPixels } from '../frame-pixels.ts';
import type { FrameTextureKind } from './kernels/preprocess.ts';

/** A frame's pixels in the GPU's hands. */
export interface TakenFrame {
  readonly kind: FrameTextureKind;
  readonly resource: GPUTextureView | GPUExternalTexture;
  /** Size of the texture; smaller than the frame where that exceeds what the GPU takes. */
  readonly width: number;
  readonly height: number;
  /** To be called once the frame was submitted. */
  release(): void;
}

export interface FrameTextures {
  /**
   * Takes a frame's pixels, synchronously.
   *
   * @param submittedNow whether the caller submits in the same task: only then a video needs no copy.
   * @throws ManyposeError `tainted-image`, `invalid-image`.
   */
  take(frame: Frame, submittedNow: boolean): TakenFrame;
  /** Frees what is kept from frame to frame. */
  forget(): void;
}

interface Texture {
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;
}

export function createFrameTextures(device: GPUDevice): FrameTextures {
  let kept: Texture | undefined;

  function makeTexture(width: number, height: number): Texture {
    const texture = device.createTexture({
      label: `frame ${width}×${height}`,
      size: [width, height],
      format: 'rgba8unorm',
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT,
    });
    return { texture, view: texture.createView() };
  }

  function forget(): void {
    kept?.texture.destroy();
    kept = undefined;
  }

  /** A texture of the size: the same one as long as frames keep their size. */
  function keptTexture(width: number, height: number): Texture {
    if (kept?.texture.width !== width || kept.texture.height !== height) {
      forget();
      kept = makeTexture(width, height);
    }
    return kept;
  }

  return {
    take(frame, submittedNow) {
      const { source } = frame;
      const video = isVideo(source) && importsVideo(device);
      const imported = video ? importVideo(device, source) : undefined;
      if (imported && submittedNow) {
        return { kind: 'external', resource: imported, width: frame.width, height: frame.height, release: () => {} };
      }
      // A frame that cannot be imported cannot be copied either: both need it in the GPU's reach.
      const byCanvas = video && !imported;
      const { width, height } = fitTexture(frame, device.limits.maxTextureDimension2D);
      const shrunk = width < frame.width || height < frame.height;
      const { texture, view } = submittedNow ? keptTexture(width, height) : makeTexture(width, height);
      try {
        if (isPixelData(source)) {
          const { data } = shrunk ? shrinkPixels(source, width, height) : source;
          takenByGpu(() =>
            device.queue.writeTexture({ texture }, data as Uint8Array<ArrayBuffer>, { bytesPerRow: width * 4 }, [width, height]),
          );
        } else {
          copyImage(device, shrunk || byCanvas ? drawImage(source, width, height) : source, texture);
        }
      } catch (error) {
        if (submittedNow) forget();
        else texture.destroy();
        throw error;
      }
      // Destroying after the submission that reads it is safe: the GPU finishes first.
      return { kind: 'texture', resource: view, width, height, release: () => void (submittedNow || texture.destroy()) };
    },
    forget,
  };
}

/** The size of a frame, shrunk to what a texture can hold. */
function fitTexture(frame: Frame, limit: number): { width: number; height: number } {
  const shrink = Math.min(1, limit / Math.max(frame.width, frame.height));
  const fit = (side: number): number => Math.max(1, Math.floor(side * shrink));
  return { width: fit(frame.width), height: fit(frame.height) };
}

/** Whether this place has videos and can hand them to the GPU: Node has none. */
export function importsVideo(device: GPUDevice): boolean {
  return typeof device.importExternalTexture === 'function' && ('HTMLVideoElement' in globalThis || 'VideoFrame' in globalThis);
}

/** A video's frame where it lies; undefined if the GPU cannot reach it, as where a browser decodes and paints in software. */
function importVideo(device: GPUDevice, source: HTMLVideoElement | VideoFrame): GPUExternalTexture | undefined {
  return takenByGpu(() => {
    try {
      return device.importExternalTexture({ label: 'video frame', source });
    } catch (error) {
      if (nameOf(error) === 'SecurityError') throw error;
      return undefined;
    }
  });
}

function copyImage(device: GPUDevice, source: BrowserImage, texture: GPUTexture): void {
  const { width, height } = texture;
  const copy = (image: BrowserImage): void =>
    device.queue.copyExternalImageToTexture({ source: image }, { texture }, [width, height]);
  takenByGpu(() => {
    try {
      copy(source);
    } catch (error) {
      // A kind of source that this browser does not copy from: by way of a canvas.
      if (nameOf(error) === 'SecurityError') throw error;
      copy(drawImage(source, width, height));
    }
  });
}

/** What lets the GPU read an image, its errors in our terms. */
function takenByGpu<Result>(take: () => Result): Result {
  try {
    return readable(take);
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw new ManyposeError('invalid-image', `the GPU cannot take the image: ${messageOf(cause)}`, { cause });
  }
}

function nameOf(error: unknown): string | undefined {
  return (error as { name?: string } | null)?.name;
}

import { ManyposeError } from 'manypose';
import type { ConvertedCheckpoint } from 'manypose/convert';
import type { Message, Progress } from './messages.ts';

/** Names that weights have; pictures and videos have others. Of some only what they are can be said: they do not convert. */
const CHECKPOINT_NAME = /\.(pth|pt|ckpt|safetensors|bin|pkl|tar|h5|onnx|tflite|gguf)$/i;

/** Whether a file, by its name, is meant as a model and not as a picture. */
export function isCheckpoint({ name, type }: File): boolean {
  return CHECKPOINT_NAME.test(name) && !/^(image|video)\//.test(type);
}

/**
 * A checkpoint as a model's files, made in a worker that ends with it.
 *
 * @param signal stops it: the promise then rejects with 'aborted'.
 * @throws ManyposeError as `convertCheckpoint`.
 */
export function convertFile(
  file: File,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<ConvertedCheckpoint> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise<ConvertedCheckpoint>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new ManyposeError('aborted', 'another model was chosen')), { once: true });
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the converter could not be loaded')));
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'converted') resolve(data.checkpoint);
      else if (data.kind === 'failed') reject(new ManyposeError(data.code, data.message));
      else onProgress(data);
    });
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

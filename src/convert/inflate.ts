import { ManyposeError, messageOf } from '../errors.ts';
import { invalidCheckpoint } from './byte-reader.ts';

/**
 * Unpacks raw deflated bytes, in Node as in pages, and stops as soon as there are more than `size`.
 *
 * @param name of them, for messages.
 * @throws ManyposeError `invalid-checkpoint` unless they unpack to exactly `size` bytes.
 */
export async function inflate(packed: Uint8Array, size: number, name: string): Promise<Uint8Array> {
  const unpacked = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = unpacked.getReader();
  const data = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ManyposeError('invalid-checkpoint', `${name} is damaged: ${messageOf(cause)}`, { cause });
    });
    if (done) break;
    if (length + value.length > size) {
      void reader.cancel().catch(() => {});
      throw invalidCheckpoint(`${name} unpacks to more than its ${size} bytes`);
    }
    data.set(value, length);
    length += value.length;
  }
  if (length !== size) throw invalidCheckpoint(`${name} unpacks to ${length} bytes, not to ${size}`);
  return data;
}

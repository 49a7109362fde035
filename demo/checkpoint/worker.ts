import { convertCheckpoint, ManyposeError } from 'manypose/convert';
import type { Message } from './messages.ts';

// A worker of its own, so that the page goes on meanwhile: one file comes in, a model's files go out. It asks for nothing
// and sends nothing anywhere but to its page.

addEventListener('message', async ({ data: file }: MessageEvent<File>) => {
  try {
    const bytes = await read(file);
    tell({ kind: 'converting' });
    const checkpoint = await convertCheckpoint(bytes);
    // Handed over, not copied: they are as large as the model.
    const buffers = checkpoint.files.map((each) => each.bytes.buffer);
    tell({ kind: 'converted', checkpoint }, buffers);
  } catch (error) {
    const { code, message } = error instanceof ManyposeError ? error : unreadable(file, error);
    tell({ kind: 'failed', code, message });
  }
});

function tell(message: Message, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

/** The file's bytes; the page hears how many there are. */
async function read(file: File): Promise<Uint8Array> {
  const total = file.size;
  const bytes = new Uint8Array(total);
  const reader = file.stream().getReader();
  for (let loaded = 0; ;) {
    tell({ kind: 'reading', loaded, total });
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes.set(value, loaded);
    loaded += value.length;
  }
}

/** A folder, a file that is gone, or one that is larger than memory. */
function unreadable(file: File, error: unknown): ManyposeError {
  const why = error instanceof Error ? error.message : String(error);
  return error instanceof RangeError
    ? new ManyposeError('out-of-memory', `${file.name} has ${file.size} bytes: ${why}`, { cause: error })
    : new ManyposeError('invalid-checkpoint', `${file.name} cannot be read: ${why}`, { cause: error });
}

import { printable } from '../printable.ts';
import { invalidCheckpoint } from './byte-reader.ts';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
/** Formats that are mistaken for checkpoints, by the bytes they have at some place. */
const OTHERS: readonly [at: number, magic: string, what: string][] = [
  [0, '\x1f\x8b', 'a gzip file: unpack it first'],
  [0, 'BZh', 'a bzip2 file: unpack it first'],
  [0, '\xfd7zXZ', 'an xz file: unpack it first'],
  [0, '7z\xbc\xaf', 'a 7z archive: unpack it first'],
  [0, 'Rar!', 'a RAR archive: unpack it first'],
  [257, 'ustar', 'a tar archive: unpack it first'],
  [0, '\x89HDF', 'an HDF5 file, as Keras writes, not a PyTorch checkpoint'],
  [0, 'GGUF', 'a GGUF file, not a PyTorch checkpoint'],
  [4, 'TFL3', 'a TensorFlow Lite model, not a PyTorch checkpoint'],
  [0, '\x93NUMPY', 'a NumPy array, not a PyTorch checkpoint'],
];

/**
 * Which way a checkpoint was written, by the bytes it begins with. Throws 'invalid-checkpoint' that says what it
 * is instead, if that can be told.
 */
export function formatOf(bytes: Uint8Array): 'zip' | 'legacy' | 'safetensors' {
  const start = latin1(bytes.subarray(0, 512));
  if (bytes.length === 0) throw invalidCheckpoint('the file is empty: was it downloaded to its end?');
  if (start.startsWith('PK\x03\x04')) return 'zip';
  if (isSafetensors(bytes)) return 'safetensors';
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (text.startsWith(LFS_POINTER)) {
    const size = /\nsize (\d{1,15})\n/.exec(text)?.[1];
    throw invalidCheckpoint(
      'a Git LFS pointer, not the file it stands for' +
        `${size ? ` (of ${size} bytes)` : ''}: run "git lfs pull", or download the file itself`,
    );
  }
  if (text.startsWith('<')) {
    const what = /^<(!doctype html|html|head|body|!--)/i.test(text) ? 'an HTML page' : 'an XML or HTML document';
    throw invalidCheckpoint(`${what}, as a download that failed or asks to sign in leaves it, not a checkpoint`);
  }
  for (const [at, magic, what] of OTHERS) if (start.startsWith(magic, at)) throw invalidCheckpoint(what);
  // A pickle: of protocol 2 and later, or the number that files of protocol 1 begin with.
  if (bytes[0] === 0x80 || /^L\d+L?\n/.test(start)) return 'legacy';
  const readable = /^[\t\n\r\x20-\x7e]+$/.test(start);
  throw invalidCheckpoint(
    readable
      ? `a text file, not a checkpoint; it begins "${printable(start, 40)}"`
      : 'not a PyTorch checkpoint: neither the zip format, nor the one before PyTorch 1.6, nor safetensors',
  );
}

/** Eight bytes of a header's length, then the header, a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

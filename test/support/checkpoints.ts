import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The formula's tiny_w4 as PyTorch saves it: see test/convert/checkpoint.test.ts. */
export type TinyCheckpoint = 'legacy' | 'zip' | 'wrapped';

/** A checkpoint's bytes, unpacked. */
export function tinyCheckpoint(kind: TinyCheckpoint): Uint8Array {
  const url = new URL(`../fixtures/checkpoints/tiny_w4_${kind}.pth.gz`, import.meta.url);
  return new Uint8Array(gunzipSync(readFileSync(url)));
}

import { createInflate } from 'node:zlib';
import { crc32 } from '../convert/crc32.ts';
import { messageOf } from '../errors.ts';

/** Channels by the header's kind of colour: grey, colours, palette, grey and colours with transparency. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Where each of an interlaced picture's seven parts begins, and how far apart its pixels are: across, then down. */
const PARTS = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
];

/**
 * Why a PNG's rows are damaged, in words; undefined if they are whole. Decoders leave missing rows black.
 *
 * @param bytes of a file whose chunks are all there.
 */
export async function faultInRows(bytes: Buffer): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  for (let at = 8; ;) {
    const length = bytes.readUInt32BE(at);
    const [type, end] = [bytes.toString('latin1', at + 4, at + 8), at + 8 + length];
    // What decoders may pass over, they do where it is damaged: names of a small letter.
    const critical = type[0] <= 'Z';
    if (critical && crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
      return `its part ${JSON.stringify(type)} is not what was written`;
    if (type === 'IDAT') pieces.push(bytes.subarray(at + 8, end));
    if (type === 'IEND') break;
    at = end + 4;
  }
  const expected = lengthOfRows(bytes);
  let length = 0;
  const inflate = createInflate();
  try {
    inflate.on('error', () => {}); // met below
    for (const piece of pieces) inflate.write(piece);
    inflate.end();
    for await (const rows of inflate) {
      length += (rows as Buffer).length;
      if (length > expected) return undefined; // more than the picture, which decoders leave out
    }
  } catch (cause) {
    return `its rows cannot be unpacked: ${messageOf(cause)}`;
  } finally {
    inflate.destroy();
  }
  return length < expected ? 'some of its rows are missing' : undefined;
}

/** Bytes of all rows, each behind the number of its filter. */
function lengthOfRows(bytes: Buffer): number {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const bits = bytes.readUInt8(24) * CHANNELS[bytes.readUInt8(25)];
  const interlaced = bytes.readUInt8(28) === 1;
  let length = 0;
  for (const [left, across, top, down] of interlaced ? PARTS : [[0, 1, 0, 1]]) {
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)];
    if (columns > 0) length += Math.max(rows, 0) * (1 + Math.ceil((columns * bits) / 8));
  }
  return length;
}

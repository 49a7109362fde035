import { ManyposeError } from '../errors.ts';
import { printable } from '../printable.ts';
import { faultInScans } from './jpeg-scans.ts';
import { faultInRows } from './png-rows.ts';

/** What a picture's file says of itself, before anything is decoded. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** Whether the format has no transparency: a pixel that comes out transparent was not in the file. */
  readonly opaque: boolean;
}

interface Format {
  readonly name: string;
  is(bytes: Buffer): boolean;
  /**
   * Undefined where the file does not say.
   *
   * @throws RangeError for reading beyond the file's end, ManyposeError where that is missing.
   */
  header(bytes: Buffer): PictureHeader | undefined;
  /** Why the picture itself is damaged, in words, where the format lets that be told, and the decoder does not. */
  fault?(bytes: Buffer): string | undefined | Promise<string | undefined>;
}

/** Cameras make up to about 60 million pixels; a decoded one takes 12 bytes here. */
const MOST_PIXELS = 2 ** 26;

/**
 * Reads a picture's size from its file, which a few bytes can claim to be gigabytes, and looks whether it is whole.
 *
 * @throws ManyposeError `invalid-image` for no picture, a format that is not taken (SVG), one that ends early, is too large
 *   or damaged.
 */
export async function inspectPicture(bytes: Buffer): Promise<PictureHeader> {
  const format = FORMATS.find((each) => each.is(bytes));
  if (!format) throw invalid(`not a picture that can be read: ${whatItIs(bytes)}`);
  const { name } = format;
  const header = await reading(name, () => format.header(bytes));
  if (!header) throw invalid(`not a ${name} that can be read: it does not tell its size`);
  const { width, height } = header;
  if (width === 0 || height === 0) throw invalid('the picture has no pixels');
  if (width * height > MOST_PIXELS) {
    throw invalid(
      `the picture is too large: ${width}×${height} pixels, and at most ${Math.floor(MOST_PIXELS / 1e6)} million are read`,
    );
  }
  const fault = await reading(name, () => format.fault?.(bytes));
  if (fault) throw invalid(`the ${name} is damaged: ${fault}`);
  return header;
}

async function reading<Found>(name: string, read: () => Found | Promise<Found>): Promise<Found> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw cutOff(name);
  }
}

function invalid(message: string): ManyposeError {
  return new ManyposeError('invalid-image', message);
}

function cutOff(name: string): ManyposeError {
  return invalid(`the ${name} was cut off: its end is missing`);
}

function whatItIs(bytes: Buffer): string {
  if (bytes.length === 0) return 'the file is empty';
  const start = bytes.toString('latin1', 0, 300).trimStart();
  if (start.startsWith('<') && /<svg|<!DOCTYPE svg/i.test(start)) return 'SVG is a drawing: save it as PNG';
  if (/^<(!DOCTYPE )?html/i.test(start)) return 'it is a page of HTML';
  if (/^.{4}ftyp(hei|mif1|msf1)/s.test(start)) return 'HEIC is not read: save it as JPEG';
  return `it starts with ${printable(JSON.stringify(start.slice(0, 12)))}; expected ${FORMATS.map(({ name }) => name).join(', ')}`;
}

const startsWith = (bytes: Buffer, text: string, at = 0): boolean => bytes.toString('latin1', at, at + text.length) === text;

const PNG: Format = {
  name: 'PNG',
  is: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n'),
  header(bytes) {
    const [width, height, colors] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes.readUInt8(25)];
    const WITHOUT_ALPHA = [0, 2, 3];
    let opaque = WITHOUT_ALPHA.includes(colors);
    for (let at = 8; ; at += 12 + bytes.readUInt32BE(at)) {
      const type = bytes.toString('latin1', at + 4, at + 8);
      if (type === 'tRNS') opaque = false;
      if (type === 'IEND') return { width, height, opaque };
    }
  },
  fault: faultInRows,
};

const END_OF_IMAGE = Buffer.of(0xff, 0xd9);
const JPEG: Format = {
  name: 'JPEG',
  is: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  header(bytes) {
    let size: PictureHeader | undefined;
    for (let at = 2; ;) {
      const marker = bytes.readUInt8(at + 1);
      if (bytes.readUInt8(at) !== 0xff) return undefined;
      if (marker === 0xff) {
        at++; // padding
        continue;
      }
      const isStartOfFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
      if (isStartOfFrame) size ??= { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), opaque: true };
      at += 2 + bytes.readUInt16BE(at + 2);
      const isStartOfScan = marker === 0xda;
      if (!isStartOfScan) continue;
      // What follows is the picture, up to the marker of its end; previews within the segments before have ends of their own.
      if (bytes.lastIndexOf(END_OF_IMAGE) < at) throw cutOff('JPEG');
      return size;
    }
  },
  fault: faultInScans,
};

const WEBP: Format = {
  name: 'WebP',
  is: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8),
  header(bytes) {
    if (bytes.readUInt32LE(4) + 8 > bytes.length) throw cutOff('WebP');
    if (startsWith(bytes, 'VP8X', 12)) {
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1, opaque: false };
    }
    if (startsWith(bytes, 'VP8L', 12)) {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1, opaque: false };
    }
    return startsWith(bytes, 'VP8 ', 12)
      ? { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff, opaque: true }
      : undefined;
  },
};

const GIF: Format = {
  name: 'GIF',
  is: (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a'),
  header(bytes) {
    const TRAILER = 0x3b;
    let last = bytes.length - 1;
    while (bytes[last] === 0) last--; // padding
    if (bytes[last] !== TRAILER) throw cutOff('GIF');
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), opaque: false };
  },
};

const BMP: Format = {
  name: 'BMP',
  is: (bytes) => startsWith(bytes, 'BM'),
  header(bytes) {
    if (bytes.readUInt32LE(14) < 40) return undefined;
    return { width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)), opaque: false };
  },
  fault(bytes) {
    const [width, height] = [bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22))];
    const PACKED = [1, 2]; // by runs, so of no length of its own
    if (PACKED.includes(bytes.readUInt32LE(30))) return undefined;
    const row = 4 * Math.ceil((width * bytes.readUInt16LE(28)) / 32);
    return bytes.length < bytes.readUInt32LE(10) + row * height ? 'some of its rows are missing' : undefined;
  },
};

/** A box of its metadata says the size; of several, for tiles and thumbnails, the largest. */
const AVIF: Format = {
  name: 'AVIF',
  is: (bytes) => startsWith(bytes, 'ftypavi', 4),
  header(bytes) {
    let largest: PictureHeader | undefined;
    for (let at = bytes.indexOf('ispe'); at >= 0; at = bytes.indexOf('ispe', at + 4)) {
      const [width, height] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
      if (!largest || width * height > largest.width * largest.height) largest = { width, height, opaque: false };
    }
    return largest;
  },
};

const FORMATS: readonly Format[] = [JPEG, PNG, WEBP, AVIF, GIF, BMP];

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPhoto } from '../../src/cli/photo.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-photo-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array | string, name = 'photo') {
  const file = join(folder, name);
  await writeFile(file, bytes);
  const { pixels } = await readPhoto(file);
  return [pixels.width, pixels.height, pixels.data.length];
}

const canvas = createCanvas(150, 100);
const context = canvas.getContext('2d');
const gradient = context.createLinearGradient(0, 0, 150, 100);
gradient.addColorStop(0, '#f40');
gradient.addColorStop(1, '#04f');
context.fillStyle = gradient;
context.fillRect(0, 0, 150, 100);

const encode: Record<string, () => Promise<Uint8Array>> = {
  JPEG: () => canvas.encode('jpeg'),
  PNG: () => canvas.encode('png'),
  WebP: () => canvas.encode('webp'),
  AVIF: () => canvas.encode('avif'),
  GIF: () => canvas.encode('gif'),
  BMP: async () => bmp(150, 100),
};

/** One colour, 24 bits. */
function bmp(width: number, height: number): Buffer {
  const row = 4 * Math.ceil((3 * width) / 4);
  const bytes = Buffer.alloc(54 + row * height, 0x80);
  bytes.fill(0, 0, 54).write('BM');
  for (const [at, value] of [[2, bytes.length], [10, 54], [14, 40], [18, width], [22, height], [26, 1 + (24 << 16)]]) bytes.writeUInt32LE(value, at); // prettier-ignore
  return bytes;
}

/** A PNG of grey shades or of colours, whose picture may be another size than it says. */
function png(width: number, height: number, rows: Uint8Array, colors: 'grey' | 'rgb' = 'grey', interlaced = false): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colors === 'rgb' ? 2 : 0;
  header[12] = Number(interlaced);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** A JPEG that says it has another size. */
async function jpegOf(width: number, height: number): Promise<Buffer> {
  const bytes = Buffer.from(await canvas.encode('jpeg'));
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** What befalls files in the middle: on disks, on the way, in memory. */
const DAMAGES = {
  zeros: (bytes: Buffer, at: number) => bytes.fill(0, at, at + 256),
  'other bytes': (bytes: Buffer, at: number) =>
    bytes.map((byte, i) => (at <= i && i < at + 256 ? (byte * 31 + i * 7) & 0xff : byte)),
  'another byte': (bytes: Buffer, at: number) => bytes.fill(bytes[at] ^ 0x24, at, at + 1),
  'a hole': (bytes: Buffer, at: number) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 256)]),
  'a part twice': (bytes: Buffer, at: number) => Buffer.concat([bytes.subarray(0, at + 256), bytes.subarray(at)]),
};
type Damage = keyof typeof DAMAGES;
const damaged = (bytes: Uint8Array, damage: Damage, place = 0.5): Uint8Array =>
  DAMAGES[damage](Buffer.from(bytes), Math.floor(place * bytes.length));
const rampOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i % 65 === 0 ? 0 : (i * i) >> 3));

const svg = (width: number, height: number): string =>
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="9" height="9"/></svg>`;

describe.each(Object.keys(encode))('a %s', (format) => {
  it('is read', async () => {
    expect(await read(await encode[format]())).toEqual([150, 100, 60_000]);
  });

  it.each([0.1, 0.5, 0.9, 0.99])('cut off after %d of it is an error', async (part) => {
    const bytes = await encode[format]();
    await expect(read(bytes.subarray(0, Math.floor(part * bytes.length)))).rejects.toMatchObject({ code: 'invalid-image' });
  });
});

describe.each(['grey', 'cmyk', 'restarts', 'progressive', 'progressive-restarts'])('a JPEG, %s,', (name) => {
  const whole = (): Promise<Buffer> => readFile(new URL(`../fixtures/pictures/${name}.jpg`, import.meta.url));

  it('is read', async () => expect(await read(await whole())).toEqual([100, 72, 28_800]));

  it('is read with what cameras put between and behind', async () => {
    const bytes = await whole();
    const scan = bytes.indexOf(Buffer.of(0xff, 0xda));
    const comment = Buffer.of(0xff, 0xfe, 0, 4, 0xff, 0xd9);
    const end = bytes.subarray(-2);
    const parts = [bytes.subarray(0, scan), comment, bytes.subarray(scan, -2), Buffer.of(0, 0, 0xff, 0xff), end, bytes];
    expect(await read(Buffer.concat(parts))).toEqual([100, 72, 28_800]);
  });

  it.each<Damage>(['zeros', 'other bytes', 'a hole', 'a part twice'])('damaged by %s is an error', async (damage) => {
    const bytes = await whole();
    for (const place of [0.6, 0.65, 0.7]) {
      const error: unknown = await read(damaged(bytes, damage, place)).catch((cause: unknown) => cause);
      expect(error, String(place)).toMatchObject({
        code: 'invalid-image',
        message: expect.stringMatching(/damaged|cut off/) as string,
      });
    }
  });
});

it('a JPEG of more scans than any encoder makes is refused soon', async () => {
  const bytes = await readFile(new URL('../fixtures/pictures/progressive.jpg', import.meta.url));
  // One more bit of each block's mean: as many as one likes.
  const from = bytes.lastIndexOf(Buffer.of(0xff, 0xda, 0, 12, 3));
  const to = bytes.indexOf(Buffer.of(0xff, 0xc4), from);
  const scan = bytes.subarray(from, to);
  const withScans = (count: number): Promise<number[]> =>
    read(Buffer.concat([bytes.subarray(0, from), ...Array.from({ length: count }, () => scan), bytes.subarray(to)]));
  expect(await withScans(1)).toEqual([100, 72, 28_800]);
  expect(await withScans(20)).toEqual([100, 72, 28_800]);
  const error: unknown = await withScans(1000).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'invalid-image', message: expect.stringContaining('more than 200 scans') as string });
});

describe('a PNG that is interlaced', () => {
  it('is read', async () => expect(await read(png(8, 8, new Uint8Array(79), 'grey', true))).toEqual([8, 8, 256]));
});

describe('a picture that is none', () => {
  it.each<[string, () => Uint8Array | string | Promise<Uint8Array>, string]>([
    [
      'a JPEG without its last row',
      async () => (await encode.JPEG()).subarray(0, -60),
      'the JPEG was cut off: its end is missing',
    ],
    ['nothing', () => '', 'the file is empty'],
    ['text', () => 'a text about a photo', 'it starts with "a text about"'],
    ['a page', () => '<!doctype html><p>Not found', 'it is a page of HTML'],
    ['an SVG', () => svg(64, 64), 'SVG is a drawing: save it as PNG'],
    ['a large SVG', () => svg(1e5, 1e5), 'SVG is a drawing'],
    ['an SVG of many words', () => `<!DOCTYPE svg [<!ENTITY a "aaaaaaa">]>${svg(64, 64)}`, 'SVG is a drawing'],
    ['a HEIC', () => '\0\0\0\x18ftypheic\0\0\0\0', 'HEIC is not read: save it as JPEG'],
    ['a picture without its values', () => png(64, 64, new Uint8Array(0), 'rgb'), 'some of its rows are missing'],
    ['half a picture', () => png(64, 64, new Uint8Array((1 + 3 * 64) * 32), 'rgb'), 'some of its rows are missing'],
    ['half a picture of grey', () => png(64, 64, new Uint8Array(65 * 32)), 'some of its rows are missing'],
    ['a picture without a pixel of its last row', () => png(64, 64, new Uint8Array(65 * 64 - 1)), 'some of its rows are missing'],
    ['an interlaced one without a pixel', () => png(8, 8, new Uint8Array(78), 'grey', true), 'some of its rows are missing'],
    ['a PNG with another byte', () => damaged(png(64, 64, rampOf(65 * 64)), 'another byte'), 'its part "IDAT" is not what was'],
    ['a PNG whose rows are cut off within', () => png(64, 64, rampOf(65 * 64)).fill(0, 45, 70), 'the PNG is damaged'],
    ['a transparent picture', () => createCanvas(8, 8).encode('png'), 'the picture is blank'],
    ['a PNG of no size', () => png(0, 64, new Uint8Array(64)), 'the picture has no pixels'],
  ])('as %s says so', async (_, bytes, message) => {
    await expect(read(await bytes())).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(message) as string,
    });
  });

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['10000×10000', () => png(10_000, 10_000, new Uint8Array(10_001 * 10_000))],
    ['60000×60000', () => png(60_000, 60_000, new Uint8Array(0))],
    ['60000×60000', () => jpegOf(60_000, 60_000)],
    ['20000×20000', () => jpegOf(20_000, 20_000)],
    ['30000×30000', () => bmp(150, 100).fill(Buffer.of(0x30, 0x75, 0, 0, 0x30, 0x75, 0, 0), 18, 26)],
  ])('as one that claims %s pixels is refused before it is decoded', async (size, bytes) => {
    const made = await bytes();
    const start = performance.now();
    await expect(read(made)).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(`too large: ${size} pixels, and at most 67 million are read`) as string,
    });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('as a file without an end is given up', async () => {
    await expect(readPhoto('/dev/zero')).rejects.toMatchObject({
      code: 'invalid-image',
      message: '/dev/zero cannot be read: it has more than 256 MB',
    });
  });
});

import type { BitReader, HuffmanTable } from './jpeg-bits.ts';
import { FaultyScan, huffmanTable, readerOfBits } from './jpeg-bits.ts';

// A walk through a JPEG's compressed data as a decoder takes it (ITU-T T.81), without computing a pixel: decoders paint over
// what they cannot read and say nothing of it.

interface Component {
  /** Samples per unit of the picture, across and down. */
  readonly h: number;
  readonly v: number;
  /** Blocks that hold picture: of a scan of this component alone. */
  readonly columns: number;
  readonly rows: number;
  /** Blocks from one row to the next: those of whole units. */
  readonly stride: number;
  /** Which of a block's 64 coefficients are no longer zero, two words each: what a progressive scan's bits depend on. */
  readonly nonzero: Uint32Array;
}

interface Frame {
  readonly progressive: boolean;
  readonly components: ReadonlyMap<number, Component>;
  /** Units of interleaved components, across and down. */
  readonly columns: number;
  readonly rows: number;
}

interface Scan {
  readonly parts: readonly { readonly component: Component; readonly dc?: HuffmanTable; readonly ac?: HuffmanTable }[];
  /** First and last coefficient, and whether an earlier scan had the higher bits of them. */
  readonly first: number;
  readonly last: number;
  readonly refines: boolean;
}

const SOF = [0xc0, 0xc1, 0xc2]; // sequential, with more tables, progressive; all by Huffman's codes
/** Encoders make about ten; each costs a walk over all blocks, even if it holds next to nothing. */
const MOST_SCANS = 200;
const [DHT, EOI, SOS, DRI] = [0xc4, 0xd9, 0xda, 0xdd];

/**
 * Why a JPEG's compressed data is damaged, in words; undefined if it is whole, or of a process that this does not read (by
 * arithmetic codes, lossless).
 *
 * @throws RangeError for reading beyond the file's end.
 */
export function faultInScans(bytes: Buffer): string | undefined {
  let frame: Frame | undefined;
  let interval = 0;
  const tables = new Map<number, HuffmanTable>(); // by class (16 for AC) and place
  const seen = new Set<Component>();
  let scans = 0;
  for (let at = 2; ;) {
    while (bytes.readUInt8(at) === 0xff && bytes.readUInt8(at + 1) === 0xff) at++; // padding
    if (bytes.readUInt8(at) !== 0xff) return 'a marker is missing';
    const marker = bytes.readUInt8(at + 1);
    if (marker === EOI) return frame && seen.size < frame.components.size ? 'a part of its colours is missing' : undefined;
    const [from, to] = [at + 4, at + 2 + bytes.readUInt16BE(at + 2)];
    at = to;
    if (SOF.includes(marker)) frame = frameOf(bytes.subarray(from, to), marker === 0xc2);
    else if (marker === DRI) interval = bytes.readUInt16BE(from);
    else if (marker === DHT) {
      for (let next = from; next < to;) {
        const counts = bytes.subarray(next + 1, next + 17);
        const values = bytes.subarray(next + 17, next + 17 + counts.reduce((sum, count) => sum + count, 0));
        tables.set(bytes[next], huffmanTable(counts, values));
        next += 17 + values.length;
      }
    } else if (marker === SOS) {
      if (!frame) return undefined;
      if (++scans > MOST_SCANS) return `it has more than ${MOST_SCANS} scans`;
      const scan = scanOf(bytes.subarray(from, to), frame, tables);
      if (!scan) return 'a part of it has no description';
      const bits = readerOfBits(bytes, to);
      try {
        walk(scan, frame, interval, bits);
      } catch (error) {
        if (error instanceof FaultyScan) return error.message;
        throw error;
      }
      for (const { component } of scan.parts) seen.add(component);
      at = bits.end();
    }
  }
}

function frameOf(header: Buffer, progressive: boolean): Frame {
  const [height, width] = [header.readUInt16BE(1), header.readUInt16BE(3)];
  const parts = Array.from({ length: header.readUInt8(5) }, (_, n) => {
    const [id, sides] = [header.readUInt8(6 + 3 * n), header.readUInt8(7 + 3 * n)];
    return { id, h: sides >> 4, v: sides & 15 };
  });
  const [most, tallest] = [Math.max(...parts.map(({ h }) => h)), Math.max(...parts.map(({ v }) => v))];
  const [columns, rows] = [Math.ceil(width / (8 * most)), Math.ceil(height / (8 * tallest))];
  const components = parts.map(({ id, h, v }): [number, Component] => {
    const stride = columns * h;
    return [
      id,
      {
        h,
        v,
        columns: Math.ceil(Math.ceil((width * h) / most) / 8),
        rows: Math.ceil(Math.ceil((height * v) / tallest) / 8),
        stride,
        nonzero: new Uint32Array(progressive ? 2 * stride * rows * v : 0),
      },
    ];
  });
  return { progressive, components: new Map(components), columns, rows };
}

function scanOf(header: Buffer, frame: Frame, tables: ReadonlyMap<number, HuffmanTable>): Scan | undefined {
  const count = header.readUInt8(0);
  const [first, last, bits] = [1, 2, 3].map((n) => header.readUInt8(2 * count + n));
  const parts: Scan['parts'][number][] = [];
  for (let n = 0; n < count; n++) {
    const component = frame.components.get(header.readUInt8(1 + 2 * n));
    if (!component) return undefined;
    const places = header.readUInt8(2 + 2 * n);
    parts.push({ component, dc: tables.get(places >> 4), ac: tables.get(16 | (places & 15)) });
  }
  return frame.progressive ? { parts, first, last, refines: bits >> 4 !== 0 } : { parts, first: 0, last: 63, refines: false };
}

/** @throws FaultyScan. */
function walk({ parts, first, last, refines }: Scan, frame: Frame, interval: number, bits: BitReader): void {
  const [one] = parts;
  const alone = parts.length === 1;
  const [columns, rows] = alone ? [one.component.columns, one.component.rows] : [frame.columns, frame.rows];
  /** Blocks that are still to come without coefficients of this scan. */
  let empty = 0;

  for (let unit = 0; unit < columns * rows; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      bits.restart((unit / interval - 1) % 8);
      empty = 0;
    }
    const [x, y] = [unit % columns, Math.floor(unit / columns)];
    if (alone) block(one, y * one.component.stride + x);
    else
      for (const part of parts) {
        const { h, v, stride } = part.component;
        for (let n = 0; n < h * v; n++) block(part, (y * v + Math.floor(n / h)) * stride + x * h + (n % h));
      }
  }
  bits.finish();

  function block({ component: { nonzero }, dc, ac }: Scan['parts'][number], place: number): void {
    if (first === 0) {
      if (refines) bits.skip(1);
      else bits.skip(bits.symbol(dc));
    }
    if (last === 0) return;
    if (refines) refine(nonzero, 2 * place, ac);
    else if (empty > 0) empty--;
    else coefficients(nonzero, 2 * place, ac);
  }

  function coefficients(nonzero: Uint32Array, word: number, ac: HuffmanTable | undefined): void {
    for (let k = Math.max(first, 1); k <= last; k++) {
      const symbol = bits.symbol(ac);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run < 15) {
        if (frame.progressive) empty = (1 << run) - 1 + bits.take(run);
        return;
      }
      k += run;
      if (k > last) throw new FaultyScan('a block has more coefficients than there are');
      bits.skip(size);
      if (size > 0 && frame.progressive) nonzero[word + (k >> 5)] |= 1 << (k & 31);
    }
  }

  /** One more bit of each coefficient that is there, and those that come with this one. */
  function refine(nonzero: Uint32Array, word: number, ac: HuffmanTable | undefined): void {
    let k = Math.max(first, 1);
    while (k <= last && empty === 0) {
      const symbol = bits.symbol(ac);
      let run = symbol >> 4;
      const size = symbol & 15;
      if (size === 0 && run < 15) {
        empty = (1 << run) + bits.take(run);
        break;
      }
      if (size > 1) throw new FaultyScan('a coefficient grows by more than a bit');
      if (size === 1) bits.skip(1);
      for (; k <= last; k++) {
        const [at, bit] = [word + (k >> 5), 1 << (k & 31)];
        if (nonzero[at] & bit) bits.skip(1);
        else if (run-- === 0) {
          if (size === 1) nonzero[at] |= bit;
          k++;
          break;
        }
      }
      if (run >= 0) throw new FaultyScan('a block has more coefficients than there are');
    }
    if (empty === 0) return;
    empty--;
    for (; k <= last; k++) if (nonzero[word + (k >> 5)] & (1 << (k & 31))) bits.skip(1);
  }
}

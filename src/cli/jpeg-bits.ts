/** What the next 16 bits begin with: a code's length in bits, times 256, and its symbol; 0 where they begin with none. */
export type HuffmanTable = Uint16Array;

/** Compressed data that no encoder makes. */
export class FaultyScan extends Error {}

/** @param counts of codes of 1 to 16 bits. @param values their symbols, in the codes' order. */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const table = new Uint16Array(2 ** 16);
  let [code, n] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    const span = 2 ** (16 - length);
    for (let i = 0; i < counts[length - 1]; i++, n++, code += span) table.fill((length << 8) | values[n], code, code + span);
  }
  return table;
}

/** Reads the bits of a scan. Each method throws FaultyScan where they are not what they must be. */
export interface BitReader {
  /** The symbol of the next code. */
  symbol(table: HuffmanTable | undefined): number;
  skip(count: number): void;
  /** The next bits as a number: at most 16. */
  take(count: number): number;
  /** Goes on behind the restart marker of this number, which must come next. */
  restart(number: number): void;
  /** Nothing of the scan is left. */
  finish(): void;
  /** Where the marker that ends the scan is. */
  end(): number;
}

/** Bytes between a scan's last bits and the next marker that some cameras leave there. */
const MOST_LEFT_OVER = 64;

export function readerOfBits(bytes: Buffer, start: number): BitReader {
  let at = start;
  let word = 0;
  let count = 0;
  /** Bits that were made up, once a marker was met. */
  let missing = 0;

  function fill(): void {
    while (count <= 16) {
      let byte = bytes[at] ?? 0xff;
      if (byte !== 0xff) at++;
      else if (bytes[at + 1] === 0) at += 2;
      else {
        byte = 0;
        missing += 8;
      }
      word = ((word << 8) | byte) & 0xffffff;
      count += 8;
    }
  }

  function skip(length: number): void {
    if (count < length) fill();
    count -= length;
    if (count < missing) throw new FaultyScan('its data ends too early');
  }

  function finish(): void {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // padding
    let left = (count - missing) >> 3;
    for (; at < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0); at++) left++;
    if (left > MOST_LEFT_OVER) throw new FaultyScan('its data does not end where the picture does');
    while (bytes[at + 1] === 0xff) at++;
    word = count = missing = 0;
  }

  return {
    symbol(table) {
      if (!table) throw new FaultyScan('a table of its codes is missing');
      if (count < 16) fill();
      const found = table[(word >> (count - 16)) & 0xffff];
      if (found === 0) throw new FaultyScan('there is no such code');
      skip(found >> 8);
      return found & 0xff;
    },
    skip,
    take(length) {
      if (count < length) fill();
      const bits = (word >> (count - length)) & ((1 << length) - 1);
      skip(length);
      return bits;
    },
    restart(number) {
      finish();
      if (bytes[at + 1] !== 0xd0 + number) throw new FaultyScan('a part of its data is missing, or not in its place');
      at += 2;
    },
    finish,
    end: () => at,
  };
}

import { ManyposeError } from '../errors.ts';

/** A damaged or truncated checkpoint. */
export function invalidCheckpoint(message: string): ManyposeError {
  return new ManyposeError('invalid-checkpoint', message);
}

/** A cursor over bytes that never reads past their end; all numbers little-endian. */
export interface ByteReader {
  readonly length: number;
  position(): number;
  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array;
  uint8(): number;
  uint16(): number;
  uint32(): number;
  int32(): number;
  /** Unsigned 64-bit number; one that float64 cannot hold exactly is refused. */
  uint64(): number;
  /** Big-endian, as pickles store it. */
  float64BigEndian(): number;
  /** Text up to the next line feed, which is consumed. */
  line(): string;
}

const decoder = new TextDecoder();

/** Reads `bytes` from `start` on. Every method throws 'invalid-checkpoint' where the bytes end too early. */
export function byteReader(bytes: Uint8Array, start = 0): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;

  function advance(count: number): number {
    if (count > bytes.length - at) {
      throw invalidCheckpoint(`the file ends too early: ${count} bytes wanted at ${at}, ${bytes.length - at} left`);
    }
    const from = at;
    at += count;
    return from;
  }

  return {
    length: bytes.length,
    position: () => at,
    take(count) {
      const from = advance(count);
      return bytes.subarray(from, from + count);
    },
    uint8: () => view.getUint8(advance(1)),
    uint16: () => view.getUint16(advance(2), true),
    uint32: () => view.getUint32(advance(4), true),
    int32: () => view.getInt32(advance(4), true),
    uint64() {
      const from = advance(8);
      const value = view.getUint32(from + 4, true) * 2 ** 32 + view.getUint32(from, true);
      if (value > Number.MAX_SAFE_INTEGER) throw invalidCheckpoint(`absurd size ${value} at byte ${from}`);
      return value;
    },
    float64BigEndian: () => view.getFloat64(advance(8), false),
    line() {
      const end = bytes.indexOf(10, at);
      if (end < 0) throw invalidCheckpoint(`the file ends too early: unfinished line at byte ${at}`);
      const text = decoder.decode(bytes.subarray(at, end));
      at = end + 1;
      return text;
    },
  };
}

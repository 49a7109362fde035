import { printable } from '../printable.ts';
import { byteReader, invalidCheckpoint } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { inflate } from './inflate.ts';

/** A zip archive whose entries are read (and their checksums checked) one by one. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** Of all entries together, unpacked. */
  readonly unpackedBytes: number;
  /** An entry's bytes, a view where they are stored. Rejects with 'invalid-checkpoint' if it is damaged. */
  read(name: string): Promise<Uint8Array>;
}

interface ZipEntry {
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerAt: number;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const ZIP64_END_RECORD = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const END_RECORD_SIZE = 22;
const ZIP64_LOCATOR_SIZE = 20;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Weights hardly shrink; what claims to unpack to more than this many times its size is there to fill the memory. */
const MAX_RATIO = 20;
const SLACK_BYTES = 2 ** 20;

const decoder = new TextDecoder();

/** Opens a zip archive by its central directory. Entries are stored, as PyTorch writes them, or deflated. */
export function openZip(bytes: Uint8Array): ZipArchive {
  const { count, directoryAt } = findDirectory(bytes);
  const entries = new Map<string, ZipEntry>();
  const reader = byteReader(bytes, directoryAt);
  for (let i = 0; i < count; i++) {
    if (reader.uint32() !== CENTRAL_HEADER) throw invalidCheckpoint(`zip: entry ${i} of ${count} is not in the directory`);
    reader.take(6); // versions, flags
    const method = reader.uint16();
    reader.take(4); // time
    const crc = reader.uint32();
    const sizes = { packedSize: reader.uint32(), size: reader.uint32(), headerAt: 0 };
    const nameLength = reader.uint16();
    const extraLength = reader.uint16();
    const commentLength = reader.uint16();
    reader.take(8); // disk, attributes
    sizes.headerAt = reader.uint32();
    const name = decoder.decode(reader.take(nameLength));
    applyZip64(reader.take(extraLength), sizes);
    reader.take(commentLength);
    if (entries.has(name)) throw invalidCheckpoint(`zip: two entries are called ${printable(name)}`);
    entries.set(name, { method, crc, ...sizes });
  }
  const unpackedBytes = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
  if (unpackedBytes > MAX_RATIO * bytes.length + SLACK_BYTES) {
    throw invalidCheckpoint(`zip: ${bytes.length} bytes that claim to unpack to ${unpackedBytes}`);
  }

  return {
    names: [...entries.keys()],
    unpackedBytes,
    async read(name) {
      const entry = entries.get(name);
      if (!entry) throw invalidCheckpoint(`zip: no entry ${printable(name)}`);
      return readEntry(bytes, printable(name), entry);
    },
  };
}

async function readEntry(bytes: Uint8Array, name: string, entry: ZipEntry): Promise<Uint8Array> {
  const { method, packedSize, size } = entry;
  if (method !== DEFLATED && (method !== STORED || packedSize !== size)) {
    throw invalidCheckpoint(`zip: ${name} is packed in a way that is not read (method ${method})`);
  }
  if (entry.headerAt > bytes.length) throw invalidCheckpoint(`zip: ${name} lies outside the file`);
  const reader = byteReader(bytes, entry.headerAt);
  if (reader.uint32() !== LOCAL_HEADER) throw invalidCheckpoint(`zip: ${name} has no header at ${entry.headerAt}`);
  reader.take(22);
  const nameLength = reader.uint16();
  const extraLength = reader.uint16();
  reader.take(nameLength + extraLength);
  const packed = reader.take(packedSize);
  const data = method === STORED ? packed : await inflate(packed, size, `zip: ${name}`);
  if (crc32(data) !== entry.crc) throw invalidCheckpoint(`zip: ${name} is damaged (its checksum differs)`);
  return data;
}

function findDirectory(bytes: Uint8Array): { count: number; directoryAt: number } {
  const first = Math.max(0, bytes.length - END_RECORD_SIZE - MAX_COMMENT);
  for (let at = bytes.length - END_RECORD_SIZE; at >= first; at--) {
    const reader = byteReader(bytes, at);
    if (reader.uint32() !== END_RECORD) continue;
    reader.take(6); // disk numbers, entries on this disk
    let count = reader.uint16();
    reader.take(4); // size of the directory
    let directoryAt = reader.uint32();
    const zip64At = zip64RecordAt(bytes, at);
    if (zip64At !== undefined) {
      const record = byteReader(bytes, zip64At);
      if (record.uint32() !== ZIP64_END_RECORD) throw invalidCheckpoint('zip: the zip64 record is missing');
      record.take(28);
      count = record.uint64();
      record.take(8);
      directoryAt = record.uint64();
    }
    if (directoryAt > bytes.length) throw invalidCheckpoint('zip: the directory lies outside the file');
    return { count, directoryAt };
  }
  throw invalidCheckpoint('zip: no directory at the end of the file; it is cut short or damaged');
}

function zip64RecordAt(bytes: Uint8Array, endAt: number): number | undefined {
  if (endAt < ZIP64_LOCATOR_SIZE) return undefined;
  const locator = byteReader(bytes, endAt - ZIP64_LOCATOR_SIZE);
  if (locator.uint32() !== ZIP64_LOCATOR) return undefined;
  locator.take(4);
  const at = locator.uint64();
  if (at > bytes.length) throw invalidCheckpoint('zip: the zip64 record lies outside the file');
  return at;
}

/** In a zip64 archive, 32-bit fields that are all ones have their value in an extra field of id 1. */
function applyZip64(extra: Uint8Array, sizes: { packedSize: number; size: number; headerAt: number }): void {
  const reader = byteReader(extra);
  while (reader.position() + 4 <= extra.length) {
    const id = reader.uint16();
    const field = byteReader(reader.take(reader.uint16()));
    if (id !== 1) continue;
    for (const key of ['size', 'packedSize', 'headerAt'] as const) {
      if (sizes[key] === 0xffffffff) sizes[key] = field.uint64();
    }
  }
}

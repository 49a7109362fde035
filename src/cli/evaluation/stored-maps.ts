import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ManyposeError } from '../../errors.ts';
import type { PixelData } from '../../frame.ts';
import type { NetworkMaps } from '../../ops/network-maps.ts';
import type { Planes } from '../../ops/planes.ts';
import type { Pass } from '../../runtime/passes.ts';
import { writeOutput } from '../outputs.ts';

/** What a network gave for one input, and what that took. */
export interface PassResult {
  readonly maps: NetworkMaps;
  readonly milliseconds: number;
}

/** Runs the network for one pass of a photo. */
export type PassRunner = (pass: Pass) => Promise<PassResult>;

type MapName = keyof NetworkMaps;
const MAP_NAMES: readonly MapName[] = ['heatmaps', 'centerMap', 'offsetMap', 'heatmaps2x'];

interface Header {
  readonly milliseconds: number;
  readonly maps: readonly {
    readonly name: MapName;
    readonly shape: readonly [channels: number, height: number, width: number];
  }[];
}

/** Inputs of equal geometry and mirroring are equal, whichever size and scale they were asked for as. */
export function passKey({ geometry: { width, height, scale, shiftX, shiftY }, mirrored, shift }: Pass): string {
  return [width, height, scale, shiftX, shiftY, mirrored ? `mirrored ${shift}` : 'plain'].join(' ');
}

/**
 * Keeps a network's maps in a folder, a file for each photo and pass, so that they can be decoded in other ways, today or
 * later, without running the network again. A photo at 256 takes 1 MB.
 *
 * @param folder made if need be.
 * @param network what tells it from others: its weights' identity and what is switched off.
 */
export function storingMaps(folder: string, network: string): (pixels: PixelData, run: PassRunner) => PassRunner {
  return ({ data, width, height }, run) => {
    const photo = createHash('sha256').update(`${network} ${width} ${height} `).update(data).digest('hex');
    return async (pass) => {
      const key = createHash('sha256')
        .update(`${photo} ${passKey(pass)}`)
        .digest('hex')
        .slice(0, 32);
      const file = join(folder, `${key}.maps`);
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw new ManyposeError('invalid-argument', `${file} cannot be read: ${error.message}`, { cause: error });
      });
      if (bytes) return unpack(bytes, file);
      const result = await run(pass);
      await writeOutput(file, pack(result));
      return result;
    };
  };
}

/** Header's length, header (JSON, padded to whole numbers of four bytes), then the maps' values. */
function pack({ maps, milliseconds }: PassResult): Uint8Array {
  const listed = MAP_NAMES.flatMap((name): [MapName, Planes][] => (maps[name] ? [[name, maps[name]]] : []));
  const header: Header = {
    milliseconds,
    maps: listed.map(([name, { channels, height, width }]) => ({ name, shape: [channels, height, width] })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  return Buffer.concat([
    length,
    padded,
    ...listed.map(([, { values }]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

/** @throws ManyposeError `invalid-argument` for a file that is cut off or none of ours. */
function unpack(file: Buffer, path: string): PassResult {
  const damaged = (cause?: unknown): ManyposeError =>
    new ManyposeError('invalid-argument', `${path} is damaged: remove it, and it is made again`, { cause });
  // A copy that starts on a whole number of four bytes, as numbers must.
  const { buffer, byteLength } = new Uint8Array(file);
  let header: Header;
  let at: number;
  try {
    at = 4 + new DataView(buffer).getUint32(0, true);
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, at - 4))) as Header;
  } catch (cause) {
    throw damaged(cause);
  }
  const sizes = header.maps.map(({ shape: [channels, height, width] }) => 4 * channels * height * width);
  if (at + sizes.reduce((sum, size) => sum + size, 0) !== byteLength) throw damaged();
  const maps: Partial<Record<MapName, Planes>> = {};
  header.maps.forEach(({ name, shape: [channels, height, width] }, i) => {
    maps[name] = { channels, height, width, values: new Float32Array(buffer, at, sizes[i] / 4) };
    at += sizes[i];
  });
  return { maps: maps as NetworkMaps, milliseconds: header.milliseconds };
}

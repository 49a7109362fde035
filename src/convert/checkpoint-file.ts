import type { PickleValue } from './pickle.ts';
import type { Storage } from './tensor.ts';

/** What a file holds, and the bytes of its storages by key. */
export interface CheckpointFile {
  readonly root: PickleValue;
  /** Of all storages together, at most. */
  readonly bytes: number;
  storageBytes(storage: Storage): Uint8Array | Promise<Uint8Array>;
}

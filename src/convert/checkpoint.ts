import type { WeightTensor } from '../network/weights.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { CheckpointTensors } from './fold.ts';
import type { PickleHooks } from './pickle.ts';
import { ManyposeError } from '../errors.ts';
import { printable } from '../printable.ts';
import { byteReader, invalidCheckpoint } from './byte-reader.ts';
import { formatOf } from './file-format.ts';
import { unpickle, unsafe } from './pickle.ts';
import { readSafetensors } from './safetensors.ts';
import { findStateDict } from './state-dict.ts';
import { decodeNumbers, elementCount, readTensor } from './tensor.ts';
import { storageOf, torchGlobal } from './torch-globals.ts';
import { openZip } from './zip.ts';

/** The number every file of the legacy format begins with, as PyTorch chose it. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
/** Numbers that a file may repeat by strides of 0. */
const REPEATED_NUMBERS = 2 ** 16;

const HOOKS: PickleHooks = { global: torchGlobal, persistent: storageOf };
/** For the parts of the legacy format that have no tensors. */
const PLAIN: PickleHooks = {
  ...HOOKS,
  persistent: () => {
    throw invalidCheckpoint('a storage before its time');
  },
};

const READERS: Record<ReturnType<typeof formatOf>, (bytes: Uint8Array) => CheckpointFile | Promise<CheckpointFile>> = {
  zip: readZipFile,
  legacy: readLegacyFile,
  safetensors: readSafetensors,
};

/**
 * The tensors of a checkpoint as float32 in C order, by the network's names: a file of torch.save (the
 * zip format, or the one before PyTorch 1.6) or of safetensors. Of several dicts of tensors in the
 * file, the one that holds the network's names is taken, whatever stands before all of them (`module.`).
 * Nothing in the file is executed; time and memory are bounded by its size.
 *
 * Rejects with 'invalid-checkpoint' for a file that is damaged or no checkpoint (and says what it is, if that
 * can be told), 'unsafe-checkpoint' for one that asks for anything but data.
 */
export async function readCheckpoint(bytes: Uint8Array): Promise<CheckpointTensors> {
  const file = await READERS[formatOf(bytes)](bytes);
  const storages = new Map<string, Float32Array>();
  // Every number comes from a byte of its own: once as its storage is read, once as its tensor is.
  let budget = 2 * file.bytes + REPEATED_NUMBERS;
  function spend(count: number): void {
    budget -= count;
    if (budget < 0) throw invalidCheckpoint('its tensors claim to hold more numbers than the file has bytes');
  }

  const views = findStateDict(file.root);
  for (const { shape } of views.values()) spend(elementCount(shape));
  const tensors = new Map<string, WeightTensor>();
  for (const [name, view] of views) {
    const { storage, dtype } = view;
    tensors.set(
      name,
      await named(name, async () => {
        const key = `${dtype} ${storage.key}`;
        let numbers = storages.get(key);
        if (!numbers) {
          const raw = await file.storageBytes(storage);
          spend(raw.length / storage.elementBytes);
          numbers = decodeNumbers(raw, dtype);
          storages.set(key, numbers);
        }
        return readTensor(view, numbers);
      }),
    );
  }
  return tensors;
}

async function readZipFile(bytes: Uint8Array): Promise<CheckpointFile> {
  const zip = openZip(bytes);
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw invalidCheckpoint(
      zip.names.some((name) => name.endsWith('constants.pkl'))
        ? 'a TorchScript archive, not a checkpoint: save the state dict with torch.save'
        : 'a zip file without data.pkl: not a PyTorch checkpoint',
    );
  }
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  if (zip.names.includes(`${folder}constants.pkl`)) {
    throw invalidCheckpoint('a TorchScript archive, not a checkpoint: save the state dict with torch.save');
  }
  const order = `${folder}byteorder`;
  if (zip.names.includes(order) && new TextDecoder().decode(await zip.read(order)) !== 'little') {
    throw invalidCheckpoint('saved on a big-endian machine, which is not supported');
  }
  const pickle = await zip.read(pickles[0]);
  return {
    root: explained(pickle, () => unpickle(byteReader(pickle), HOOKS)),
    bytes: zip.unpackedBytes,
    storageBytes: (storage) => zip.read(`${folder}data/${storage.key}`),
  };
}

/** Four pickles (magic number, version, system, the object), a pickled list of keys, then the storages. */
function readLegacyFile(bytes: Uint8Array): CheckpointFile {
  const reader = byteReader(bytes);
  if (unpickle(reader, PLAIN) !== LEGACY_MAGIC) {
    throw invalidCheckpoint('a pickle that torch.save did not write: save the state dict with torch.save');
  }
  if (unpickle(reader, PLAIN) !== LEGACY_PROTOCOL) throw invalidCheckpoint('legacy format of an unknown version');
  const system = unpickle(reader, PLAIN);
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw invalidCheckpoint('saved on a big-endian machine, which is not supported');
  }

  // A storage's type is said only where the object mentions it.
  const elementBytes = new Map<string, number>();
  const root = explained(bytes, () =>
    unpickle(reader, {
      ...HOOKS,
      persistent(id) {
        const storage = storageOf(id);
        elementBytes.set(storage.key, storage.elementBytes);
        return storage;
      },
    }),
  );
  const keys = unpickle(reader, PLAIN);
  if (!Array.isArray(keys)) throw invalidCheckpoint('the list of storages is missing');

  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const size = typeof key === 'string' ? elementBytes.get(key) : undefined;
    if (size === undefined) throw invalidCheckpoint('a storage that no tensor mentions');
    storages.set(key as string, reader.take(reader.uint64() * size));
  }
  return {
    root,
    bytes: bytes.length,
    storageBytes(storage) {
      const found = storages.get(storage.key);
      if (!found) throw invalidCheckpoint(`storage ${printable(storage.key)} is missing`);
      return found;
    },
  };
}

/** Every pickled nn.Module has these attributes. */
const MODULE_ATTRIBUTES = ['_modules', '_parameters'];
/** A character for each byte. */
const latin1 = new TextDecoder('latin1');

/** Adds to a refusal that the pickle is of a whole module, which is what people save by mistake. */
function explained<T>(pickle: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const text = latin1.decode(pickle);
    const isModule =
      error instanceof ManyposeError &&
      error.code === 'unsafe-checkpoint' &&
      MODULE_ATTRIBUTES.every((name) => text.includes(name));
    if (!isModule) throw error;
    throw unsafe(`a whole pickled module, not its weights: in Python, torch.save(module.state_dict(), FILE); ${error.message}`);
  }
}

async function named<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ManyposeError)) throw error;
    throw new ManyposeError(error.code, `${printable(name)}: ${error.message}`, { cause: error });
  }
}

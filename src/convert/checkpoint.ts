import type { WeightTensor } from '../network/weights.ts';
import type { CheckpointTensors } from './fold.ts';
import type { PickleHooks, PickleValue } from './pickle.ts';
import type { Storage } from './tensor.ts';
import { ManyposeError } from '../errors.ts';
import { byteReader, invalidCheckpoint } from './byte-reader.ts';
import { unpickle } from './pickle.ts';
import { findStateDict } from './state-dict.ts';
import { decodeNumbers, DTYPE_BYTES, elementCount, readTensor } from './tensor.ts';
import { storageOf, torchGlobal } from './torch-globals.ts';
import { looksLikeZip, openZip } from './zip.ts';

/** The number every file of the legacy format begins with, as PyTorch chose it. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
/**
 * More numbers than any checkpoint of these networks has (67 M), also when all are in memory twice: a
 * small file can claim many large tensors by strides of 0 or by storages that overlap.
 */
const MAX_NUMBERS = 2 ** 28;

/** The pickled object, and the bytes of its storages by key. */
interface CheckpointFile {
  readonly root: PickleValue;
  storageBytes(storage: Storage): Uint8Array;
}

const HOOKS: PickleHooks = { global: torchGlobal, persistent: storageOf };
/** For the parts of the legacy format that have no tensors. */
const PLAIN: PickleHooks = { ...HOOKS, persistent: () => { throw invalidCheckpoint('a storage before its time'); } };

/**
 * The tensors of a PyTorch checkpoint (torch.save of a state dict, in the zip format or the one
 * before PyTorch 1.6) as float32 in C order, by their names without `module.`. The state dict may
 * lie beside other things under `state_dict`, `model` and the like. Nothing in the file is executed.
 *
 * Throws 'invalid-checkpoint' for a file that is damaged or no checkpoint, 'unsafe-checkpoint' for one
 * that asks for anything but tensors.
 */
export function readCheckpoint(bytes: Uint8Array): CheckpointTensors {
  const file = looksLikeZip(bytes) ? readZipFile(bytes) : readLegacyFile(bytes);
  const storages = new Map<string, Float32Array>();
  let budget = MAX_NUMBERS;
  function spend(count: number): void {
    budget -= count;
    if (budget < 0) throw invalidCheckpoint('it claims to hold more numbers than any network of this kind has');
  }
  function numbersOf(storage: Storage): Float32Array {
    const key = `${storage.dtype} ${storage.key}`;
    const known = storages.get(key);
    if (known) return known;
    const bytes = file.storageBytes(storage);
    spend(bytes.length / DTYPE_BYTES[storage.dtype]);
    const numbers = decodeNumbers(bytes, storage.dtype);
    storages.set(key, numbers);
    return numbers;
  }

  const views = findStateDict(file.root);
  for (const { shape } of views.values()) spend(elementCount(shape));
  const tensors = new Map<string, WeightTensor>();
  for (const [name, view] of views) {
    tensors.set(name, named(name, () => readTensor(view, numbersOf(view.storage))));
  }
  return tensors;
}

function readZipFile(bytes: Uint8Array): CheckpointFile {
  const zip = openZip(bytes);
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw invalidCheckpoint(zip.names.some((name) => name.endsWith('constants.pkl'))
      ? 'a TorchScript archive, not a checkpoint: save the state dict with torch.save'
      : 'a zip file without data.pkl: not a PyTorch checkpoint');
  }
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  if (zip.names.includes(`${folder}constants.pkl`)) {
    throw invalidCheckpoint('a TorchScript archive, not a checkpoint: save the state dict with torch.save');
  }
  const order = `${folder}byteorder`;
  if (zip.names.includes(order) && new TextDecoder().decode(zip.read(order)) !== 'little') {
    throw invalidCheckpoint('saved on a big-endian machine, which is not supported');
  }
  return {
    root: unpickle(byteReader(zip.read(pickles[0])), HOOKS),
    storageBytes: (storage) => zip.read(`${folder}data/${storage.key}`),
  };
}

/** Four pickles (magic number, version, system, the object), a pickled list of keys, then the storages. */
function readLegacyFile(bytes: Uint8Array): CheckpointFile {
  const reader = byteReader(bytes);
  if (legacyMagic(bytes) !== LEGACY_MAGIC) {
    throw invalidCheckpoint('not a PyTorch checkpoint: neither the zip format nor the one before PyTorch 1.6');
  }
  unpickle(reader, PLAIN);
  const version = unpickle(reader, PLAIN);
  if (version !== LEGACY_PROTOCOL) throw invalidCheckpoint(`legacy format of unknown version ${String(version)}`);
  const system = unpickle(reader, PLAIN);
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw invalidCheckpoint('saved on a big-endian machine, which is not supported');
  }

  // A storage's type is said only where the object mentions it.
  const elementBytes = new Map<string, number>();
  const root = unpickle(reader, {
    ...HOOKS,
    persistent(id) {
      const storage = storageOf(id);
      elementBytes.set(storage.key, DTYPE_BYTES[storage.dtype]);
      return storage;
    },
  });
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
    storageBytes(storage) {
      const found = storages.get(storage.key);
      if (!found) throw invalidCheckpoint(`storage ${storage.key} is missing`);
      return found;
    },
  };
}

function legacyMagic(bytes: Uint8Array): PickleValue {
  // Anything may be at hand here: only what is a pickled integer at once goes to the interpreter.
  const isInteger = bytes[0] === 0x80 && bytes[2] === 0x8a;
  return isInteger ? unpickle(byteReader(bytes), PLAIN) : null;
}

function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ManyposeError)) throw error;
    throw new ManyposeError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}


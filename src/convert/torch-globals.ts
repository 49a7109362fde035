import type { PickleGlobal, PickleObject, PickleValue } from './pickle.ts';
import type { Dtype, Storage, StridedTensor } from './tensor.ts';
import { invalidCheckpoint } from './byte-reader.ts';
import { isKind, unsafe } from './pickle.ts';
import { checkTensor } from './tensor.ts';

/** Every name a checkpoint may refer to, and what it means here. Everything else is refused. */

const STORAGE_DTYPES: Record<string, Dtype> = {
  DoubleStorage: 'float64', FloatStorage: 'float32', HalfStorage: 'float16', BFloat16Storage: 'bfloat16',
  LongStorage: 'int64', IntStorage: 'int32', ShortStorage: 'int16', CharStorage: 'int8', ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** Something of no use to us that training scripts leave in a checkpoint, such as a NumPy score. */
const IGNORED: PickleObject = { kind: 'ignored' };

const CALLS: Record<string, (args: readonly PickleValue[]) => PickleValue> = {
  'collections.OrderedDict': makeDict,
  'collections.defaultdict': () => new Map(),
  'builtins.dict': makeDict,
  '__builtin__.dict': makeDict,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'torch.Size': ([sizes]) => (Array.isArray(sizes) ? sizes : []),
  'torch.device': () => IGNORED,
  'numpy.core.multiarray.scalar': () => IGNORED,
  'numpy._core.multiarray.scalar': () => IGNORED,
  'numpy.dtype': () => IGNORED,
  '_codecs.encode': () => IGNORED,
};
/** Names that may be mentioned but have nothing to call. */
const MENTIONED = /^torch\.(float(16|32|64)|half|double|bfloat16|u?int(8|16|32|64)|long|bool)$/;
const STORAGE = /^torch\.(?:cuda\.)?(\w+Storage)$/;

/** What a name stands for; throws 'unsafe-checkpoint' for all that have no business in a checkpoint. */
export function torchGlobal(name: string): PickleGlobal {
  if (Object.hasOwn(CALLS, name)) return { kind: 'global', name, call: CALLS[name] };
  if (storageDtype(name) || MENTIONED.test(name)) return { kind: 'global', name };
  throw unsafe(`the pickle refers to ${printable(name)}, which is none of the names that tensors need;`
    + ' it is refused, and nothing of it was run');
}

/** Element type of the storage class of that name, undefined for other names. */
export function storageDtype(name: string): Dtype | undefined {
  const storage = STORAGE.exec(name)?.[1];
  return storage && Object.hasOwn(STORAGE_DTYPES, storage) ? STORAGE_DTYPES[storage] : undefined;
}

/**
 * A storage from its persistent id: ('storage', class, key, location, length), with in the legacy
 * format a sixth item, None or (key of the view, first element, length). The location (`cuda:0`)
 * says where it once lived and is ignored.
 */
export function storageOf(id: PickleValue): Storage {
  if (!Array.isArray(id)) throw unsafe('the pickle refers to an outside object that is no storage');
  const [tag, type, key, , length, view] = id;
  if (tag !== 'storage') throw unsafe(`the pickle refers to an outside ${printable(String(tag))}, not to a storage`);
  const dtype = type !== undefined && isKind(type, 'global') ? storageDtype((type as PickleGlobal).name) : undefined;
  if (!dtype) throw invalidCheckpoint('a storage of unknown type');
  if (typeof key !== 'string' || !isCount(length)) throw invalidCheckpoint('a storage without key or length');
  if (view === undefined || view === null) return { kind: 'storage', dtype, key, length, start: 0 };
  if (!Array.isArray(view) || !isCount(view[1]) || !isCount(view[2]) || view[1] + view[2] > length) {
    throw invalidCheckpoint(`storage ${key}: a view that lies outside`);
  }
  return { kind: 'storage', dtype, key, length: view[2], start: view[1] };
}

function makeDict(args: readonly PickleValue[]): PickleValue {
  const dict = new Map<PickleValue, PickleValue>();
  const [pairs] = args;
  if (pairs === undefined) return dict;
  if (!Array.isArray(pairs)) throw invalidCheckpoint('a dict that is made of something else than pairs');
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalidCheckpoint('a dict with an item that is no pair');
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

/** (storage, offset, shape, strides, ...): what follows concerns gradients. */
function rebuildTensor(args: readonly PickleValue[]): PickleValue {
  const [storage, offset, shape, strides] = args;
  if (storage === undefined || !isKind(storage, 'storage')) throw invalidCheckpoint('a tensor without storage');
  if (!isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw invalidCheckpoint('a tensor with a size, stride or offset that is no natural number');
  }
  // Copied: the pickle may still change its lists.
  const tensor: StridedTensor = {
    kind: 'tensor', storage: storage as Storage, offset, shape: [...shape], strides: [...strides],
  };
  return checkTensor(tensor);
}

function rebuildParameter([tensor]: readonly PickleValue[]): PickleValue {
  if (tensor === undefined || !isKind(tensor, 'tensor')) throw invalidCheckpoint('a parameter without tensor');
  return tensor;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= 64 && value.every(isCount);
}

/** A name from a file, fit for a message. */
function printable(name: string): string {
  const safe = name.replace(/[^\x20-\x7e]/g, '?');
  return safe.length > 100 ? `${safe.slice(0, 100)}...` : safe;
}

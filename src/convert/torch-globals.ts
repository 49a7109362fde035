import type { PickleGlobal, PickleValue } from './pickle.ts';
import type { Dtype, Storage, StridedTensor } from './tensor.ts';
import { printable } from '../printable.ts';
import { invalidCheckpoint } from './byte-reader.ts';
import { IGNORED, isKind, unsafe } from './pickle.ts';
import { checkTensor, DTYPE_BYTES } from './tensor.ts';

/** Every name a checkpoint may refer to, and what it means here. Everything else is refused. */

// prettier-ignore
const STORAGE_DTYPES: Record<string, Dtype> = {
  DoubleStorage: 'float64', FloatStorage: 'float32', HalfStorage: 'float16', BFloat16Storage: 'bfloat16',
  LongStorage: 'int64', IntStorage: 'int32', ShortStorage: 'int16', CharStorage: 'int8', ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** Bytes per element of types that no network here has; tensors of them are read past. */
// prettier-ignore
const OTHER_STORAGES: Record<string, number> = {
  ComplexFloatStorage: 8, ComplexDoubleStorage: 16, QInt8Storage: 1, QUInt8Storage: 1, QInt32Storage: 4,
  QUInt4x2Storage: 1, QUInt2x4Storage: 1, UntypedStorage: 1,
};

const CALLS: Record<string, NonNullable<PickleGlobal['call']>> = {
  'collections.OrderedDict': makeDict,
  'collections.defaultdict': (_, spend) => makeDict([], spend),
  'builtins.dict': makeDict,
  '__builtin__.dict': makeDict,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'torch._tensor._rebuild_from_type': rebuildFromType,
  'torch._tensor._rebuild_from_type_v2': rebuildFromType,
  'torch.Size': ([sizes]) => (Array.isArray(sizes) ? sizes : []),
  'builtins.getattr': attributeOf,
  '__builtin__.getattr': attributeOf,
};

/** Names that may be mentioned but have nothing to call. */
const MENTIONED =
  /^torch\.(float(16|32|64)|half|double|bfloat16|u?int(8|16|32|64)|long|bool|Tensor|nn\.parameter\.(Parameter|Buffer))$/;

/** Classes and functions whose results are data of no interest to us; nothing of them is called. */
// prettier-ignore
const INERT = new RegExp(`^(?:${[
  'collections\\.(?:Counter|deque)',
  'argparse\\.Namespace', 'types\\.SimpleNamespace',
  '(?:builtins|__builtin__)\\.(?:set|frozenset|complex|bytearray|bytes|range|xrange|slice|object|list|tuple|int|long|float|str|unicode|bool)',
  '(?:copyreg|copy_reg)\\.(?:_reconstructor|__newobj__)',
  '_codecs\\.encode',
  'pathlib(?:\\._local)?\\.(?:Pure)?(?:Posix|Windows)?Path',
  'datetime\\.(?:date|time|datetime|timedelta|timezone)', 'decimal\\.Decimal', 'fractions\\.Fraction', 'uuid\\.UUID',
  'numpy\\.(?:ndarray|dtype|dtypes\\.\\w+|bool_?|(?:float|u?int|complex)\\d*_?)',
  'numpy\\.(?:core|_core)\\.(?:multiarray\\.(?:scalar|_reconstruct)|numeric\\._frombuffer)',
  'numpy\\.random\\.(?:_pickle|mtrand|_mt19937|_pcg64|_philox|_sfc64)\\.\\w+',
  'torch\\.(?:device|layout|memory_format|qscheme|strided|contiguous_format|channels_last|preserve_format|sparse_coo|per_tensor_affine|per_channel_affine|Generator)',
  'torch\\.(?:complex(?:32|64|128)|q?u?int\\d+x?\\d*|float8_\\w+)',
  'torch\\.serialization\\._get_layout',
  'torch\\._utils\\._rebuild_(?:tensor_v3|qtensor|sparse_tensor|sparse_csr_tensor|nested_tensor|meta_tensor_no_storage|device_tensor_from_numpy|device_tensor_from_cpu_tensor|xla_tensor|wrapper_subclass)',
  'torch\\.optim(?:\\.\\w+)+', 'torch\\.(?:cuda\\.)?amp\\.grad_scaler\\.\\w+',
  '(?:pytorch_lightning|lightning|lightning_fabric|omegaconf|mmcv|mmengine)(?:\\.\\w+)+',
  'yacs\\.config\\.CfgNode', 'easydict\\.EasyDict', 'addict(?:\\.addict)?\\.Dict',
].join('|')})$`);
const STORAGE = /^torch\.(?:cuda\.|storage\.)?(\w+Storage)$/;

/** What a name stands for; throws 'unsafe-checkpoint' for all that have no business in a checkpoint. */
export function torchGlobal(name: string): PickleGlobal {
  if (Object.hasOwn(CALLS, name)) return { kind: 'global', name, call: CALLS[name] };
  if (storageType(name) || MENTIONED.test(name)) return { kind: 'global', name };
  if (INERT.test(name)) return { kind: 'global', name, inert: true };
  throw unsafe(
    `the pickle refers to ${printable(name)}, which is none of the names that tensors need;` +
      ' it is refused, and nothing of it was run',
  );
}

/** Element type (undefined for one that no network here has) and size of the storage class of that name. */
function storageType(name: string): { dtype?: Dtype; elementBytes: number } | undefined {
  const storage = STORAGE.exec(name)?.[1] ?? '';
  if (Object.hasOwn(OTHER_STORAGES, storage)) return { elementBytes: OTHER_STORAGES[storage] };
  if (!Object.hasOwn(STORAGE_DTYPES, storage)) return undefined;
  const dtype = STORAGE_DTYPES[storage];
  return { dtype, elementBytes: DTYPE_BYTES[dtype] };
}

/**
 * A storage from its persistent id: ('storage', class, key, location, length), with in the legacy
 * format a sixth item, None or (key of the view, first element, length). The location (`cuda:0`)
 * says where it once lived and is ignored.
 */
export function storageOf(id: PickleValue): Storage {
  if (!Array.isArray(id)) throw unsafe('the pickle refers to an outside object that is no storage');
  const [tag, type, key, , length, view] = id;
  if (tag !== 'storage') {
    throw unsafe(`the pickle refers to an outside ${typeof tag === 'string' ? printable(tag) : 'object'}, not to a storage`);
  }
  const known = type !== undefined && isKind(type, 'global') ? storageType((type as PickleGlobal).name) : undefined;
  if (!known) throw invalidCheckpoint('a storage of unknown type');
  if (typeof key !== 'string' || !isCount(length)) throw invalidCheckpoint('a storage without key or length');
  if (view === undefined || view === null) return { kind: 'storage', ...known, key, length, start: 0 };
  if (!Array.isArray(view) || !isCount(view[1]) || !isCount(view[2]) || view[1] + view[2] > length) {
    throw invalidCheckpoint(`storage ${printable(key)}: a view that lies outside`);
  }
  return { kind: 'storage', ...known, key, length: view[2], start: view[1] };
}

function makeDict(args: readonly PickleValue[], spend: (values: number) => void): PickleValue {
  const [pairs = []] = args;
  if (!Array.isArray(pairs)) throw invalidCheckpoint('a dict that is made of something else than pairs');
  // The pairs are copied: a call of a few bytes can make a large dict of a list that is there already.
  spend(16 * (1 + pairs.length));
  const dict = new Map<PickleValue, PickleValue>();
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
  const { dtype } = storage as Storage;
  if (!dtype) return IGNORED;
  if (!isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw invalidCheckpoint('a tensor with a size, stride or offset that is no natural number');
  }
  // Copied: the pickle may still change its lists.
  const tensor: StridedTensor = {
    kind: 'tensor',
    storage: storage as Storage,
    dtype,
    offset,
    shape: [...shape],
    strides: [...strides],
  };
  return checkTensor(tensor);
}

function rebuildParameter([tensor]: readonly PickleValue[]): PickleValue {
  if (tensor === undefined || !(isKind(tensor, 'tensor') || isKind(tensor, 'ignored'))) {
    throw invalidCheckpoint('a parameter without tensor');
  }
  return tensor;
}

/** A method of what is read past, as the state of a OneCycleLR holds one: it is read past too. Of anything else there is none. */
function attributeOf([object]: readonly PickleValue[]): PickleValue {
  const isInert = isKind(object ?? null, 'ignored') || (isKind(object ?? null, 'global') && (object as PickleGlobal).inert);
  if (isInert) return IGNORED;
  throw unsafe('the pickle calls builtins.getattr, which takes objects apart; it is refused, and nothing of it was run');
}

/** (function, class, arguments, attributes): a tensor that scripts hung attributes on. */
function rebuildFromType([rebuild, , args]: readonly PickleValue[], spend: (values: number) => void): PickleValue {
  const { call, inert } = rebuild && isKind(rebuild, 'global') ? (rebuild as PickleGlobal) : {};
  if (inert) return IGNORED;
  if (!call || call === rebuildFromType || !Array.isArray(args))
    throw invalidCheckpoint('a tensor that is made of something else');
  return call(args, spend);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= 64 && value.every(isCount);
}

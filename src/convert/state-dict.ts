import type { PickleValue } from './pickle.ts';
import type { StridedTensor } from './tensor.ts';
import { invalidCheckpoint } from './byte-reader.ts';
import { isKind } from './pickle.ts';

/** Where training scripts put the state dict, in the order they are tried. */
const WRAPPERS = ['state_dict', 'best_state_dict', 'model_state_dict', 'model', 'module', 'net', 'network', 'weights'];
/** What wrapping a model for several GPUs puts before every name. */
const PREFIX = 'module.';

/** A checkpoint's tensors by name: of the object itself or of the dict under one of the usual keys. */
export function findStateDict(root: PickleValue): Map<string, StridedTensor> {
  if (!(root instanceof Map)) {
    throw invalidCheckpoint('the file holds no dict of tensors: save model.state_dict(), not the model');
  }
  for (const candidate of [root, ...WRAPPERS.map((key) => root.get(key))]) {
    const tensors = tensorsOf(candidate);
    if (tensors.size) return withoutPrefix(tensors);
  }
  const keys = [...root.keys()].filter((key) => typeof key === 'string').slice(0, 10).join(', ');
  throw invalidCheckpoint(`no tensors in the file, nor under ${WRAPPERS.join(', ')}; its keys: ${keys || 'none'}`);
}

function tensorsOf(value: PickleValue | undefined): Map<string, StridedTensor> {
  const tensors = new Map<string, StridedTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, tensor] of value) {
    if (typeof name === 'string' && isKind(tensor, 'tensor')) tensors.set(name, tensor as StridedTensor);
  }
  return tensors;
}

function withoutPrefix(tensors: Map<string, StridedTensor>): Map<string, StridedTensor> {
  if (![...tensors.keys()].every((name) => name.startsWith(PREFIX))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(PREFIX.length), tensor]));
}

import type { PickleValue } from './pickle.ts';
import type { StridedTensor } from './tensor.ts';
import { scorerShapes } from '../model/scorer-shapes.ts';
import { NAMED_MODELS } from '../model/named-models.ts';
import { buildNetwork } from '../network/build.ts';
import { checkpointShapes } from '../network/weights.ts';
import { printable } from '../printable.ts';
import { invalidCheckpoint } from './byte-reader.ts';
import { isKind } from './pickle.ts';

/** Where training scripts put the state dict, in the order of preference. */
const WRAPPERS = ['state_dict', 'best_state_dict', 'model_state_dict', 'model', 'module', 'net', 'network', 'weights'];
/** A checkpoint holds dicts of dicts (`optimizer` of its states); the weights lie near the top. */
const MAX_CONTAINERS = 1000;

type Tensors = Map<string, StridedTensor>;

/**
 * A checkpoint's tensors by the network's names. Of all dicts in the file, the one that holds most of those names
 * is taken; what stands before them there (`module.`, `_orig_mod.`, `model.`, twice or mixed) is cut off, and
 * tensors without it, such as a loss function's, are read past.
 */
export function findStateDict(root: PickleValue): Tensors {
  const names = networkNames();
  let best: { tensors: Tensors; prefix: string; hits: number } | undefined;
  const dicts = dictsIn(root);
  for (const dict of dicts) {
    const tensors = tensorsOf(dict);
    if (tensors.size === 0) continue;
    const found = { tensors, ...commonPrefix(tensors, names) };
    if (!best || found.hits > best.hits) best = found;
  }
  if (dicts.length === 0) {
    throw invalidCheckpoint('the file holds no dict of tensors: save model.state_dict(), not the model');
  }
  if (!best) {
    const keys = [...dicts[0].keys()].filter((key): key is string => typeof key === 'string').slice(0, 10);
    throw invalidCheckpoint(`no tensors in the file; its keys: ${keys.map((key) => printable(key, 50)).join(', ') || 'none'}`);
  }
  const { tensors, prefix } = best;
  return new Map(
    [...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

/** All dicts in dicts and lists, breadth first, the usual places before others. */
function dictsIn(root: PickleValue): Map<PickleValue, PickleValue>[] {
  const found = new Set<Map<PickleValue, PickleValue> | PickleValue[]>();
  const add = (value: PickleValue | undefined): void => {
    if ((value instanceof Map || Array.isArray(value)) && found.size < MAX_CONTAINERS) found.add(value);
  };
  add(root);
  // A set that grows while it is walked is walked to its end.
  for (const each of found) {
    if (each instanceof Map) for (const key of WRAPPERS) add(each.get(key));
    for (const value of each.values()) add(value);
  }
  return [...found].filter((each) => each instanceof Map);
}

function tensorsOf(dict: Map<PickleValue, PickleValue>): Tensors {
  const tensors: Tensors = new Map();
  for (const [name, tensor] of dict) {
    if (typeof name === 'string' && isKind(tensor, 'tensor')) tensors.set(name, tensor as StridedTensor);
  }
  return tensors;
}

/** What stands before most of the network's names, and before how many. */
function commonPrefix(tensors: Tensors, names: ReadonlySet<string>): { prefix: string; hits: number } {
  const counts = new Map<string, number>();
  for (const name of tensors.keys()) {
    const prefix = prefixOf(name, names);
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts].reduce((most, [prefix, hits]) => (hits > most.hits ? { prefix, hits } : most), { prefix: '', hits: 0 });
}

/** More parts than any wrapper's name has, and more letters than any tensor's. */
const MAX_PARTS = 8;
const MAX_NAME = 300;

function prefixOf(name: string, names: ReadonlySet<string>): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  for (let start = 0, parts = 0; parts < MAX_PARTS; parts++) {
    if (names.has(name.slice(start))) return name.slice(0, start);
    const dot = name.indexOf('.', start);
    if (dot < 0) return undefined;
    start = dot + 1;
  }
  return undefined;
}

/** All tensors' names of the networks and rescoring nets that this version knows. */
function networkNames(): Set<string> {
  const shapes = NAMED_MODELS.flatMap((model) => checkpointShapes(buildNetwork(model)));
  return new Set([...shapes, ...scorerShapes('coco')].map(({ name }) => name));
}

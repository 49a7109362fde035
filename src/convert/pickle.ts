import type { ByteReader } from './byte-reader.ts';
import { ManyposeError } from '../errors.ts';
import { invalidCheckpoint } from './byte-reader.ts';

/**
 * Python's pickle format is a program for a small stack machine, and one that may call any Python
 * function by name. This interpreter knows only the instructions that build plain data; names and
 * calls go to the given whitelist, which has to refuse what it does not know. Nothing is executed.
 */

/** A name that a pickle refers to, and what stands for calling it or setting its state. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** `module.name`. */
  readonly name: string;
  readonly call?: (args: readonly PickleValue[], spend: (values: number) => void) => PickleValue;
  /** A class whose objects are of no interest: however one is made and filled, it is read past. */
  readonly inert?: boolean;
}

/** A value made by a whitelisted call, of no interest to the interpreter. */
export interface PickleObject {
  readonly kind: 'storage' | 'tensor' | 'ignored';
}

/** Something of no use to us that training scripts leave in a checkpoint, such as a score or a schedule. */
export const IGNORED: PickleObject = { kind: 'ignored' };

/** Lists, tuples and sets are arrays; dicts of any kind are Maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleObject;

export interface PickleHooks {
  /** What `module.name` stands for; throws 'unsafe-checkpoint' for what is not whitelisted. */
  global(name: string): PickleGlobal;
  /** The object that a persistent id stands for. */
  persistent(id: PickleValue): PickleValue;
}

export function unsafe(message: string): ManyposeError {
  return new ManyposeError('unsafe-checkpoint', message);
}

/** Instructions that exist to make objects of classes or to call something by other ways than REDUCE. */
// prettier-ignore
const REFUSED: Record<number, string> = {
  0x69: 'INST', 0x6f: 'OBJ', 0x50: 'PERSID',
  0x82: 'EXT1', 0x83: 'EXT2', 0x84: 'EXT4', 0x97: 'NEXT_BUFFER', 0x98: 'READONLY_BUFFER',
};
/** Longer integers are no sizes and no keys, but states of random generators, ids: read past. */
const MAX_INTEGER_BYTES = 16;
const MAX_INTEGER_DIGITS = 39;
/**
 * What one pickle may make: a value on the stack counts 1, a list or dict and an entry of a dict or of the memo
 * 16. A network's checkpoint with its optimizer comes to 400 thousand.
 */
const BUDGET = 2 ** 23;
const CONTAINER = 16;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads one pickle from the reader and leaves it behind the pickle's end. Takes time and memory in
 * proportion to the pickle's length, and no more than a budget, whatever is in it. Values are never
 * turned into text: written out, a few nested tuples can be longer than memory. Throws 'unsafe-checkpoint' for whatever asks
 * for more than data and 'invalid-checkpoint' for what is no pickle.
 */
export function unpickle(reader: ByteReader, hooks: PickleHooks): PickleValue {
  const stack: PickleValue[] = [];
  const marks: number[] = [];
  const memo = new Map<number, PickleValue>();

  let budget = BUDGET;

  function spend(values: number): void {
    budget -= values;
    if (budget < 0) throw invalidCheckpoint('the pickle makes more objects than any checkpoint of a network does');
  }
  function push(value: PickleValue): void {
    spend(1);
    stack.push(value);
  }
  function pushContainer(value: PickleValue): void {
    spend(CONTAINER);
    stack.push(value);
  }
  function memoize(key: number): void {
    spend(CONTAINER);
    memo.set(key, peek());
  }
  function pop(): PickleValue {
    if (stack.length <= (marks.at(-1) ?? 0)) throw damaged('takes from an empty stack');
    return stack.pop()!;
  }
  function popMark(): PickleValue[] {
    const mark = marks.pop();
    if (mark === undefined) throw damaged('lacks a mark');
    return stack.splice(mark);
  }
  function popTuple(size: number): PickleValue[] {
    const items = new Array<PickleValue>(size);
    for (let i = size - 1; i >= 0; i--) items[i] = pop();
    return items;
  }
  function peek(): PickleValue {
    if (stack.length <= (marks.at(-1) ?? 0)) throw damaged('looks at an empty stack');
    return stack[stack.length - 1];
  }
  function append(items: readonly PickleValue[]): void {
    const list = peek();
    if (isKind(list, 'ignored')) return;
    if (!Array.isArray(list)) throw damaged('appends to what is no list');
    for (const item of items) list.push(item);
  }
  function recall(key: number): void {
    const value = memo.get(key);
    if (value === undefined) throw damaged(`recalls ${key}, which it never stored`);
    push(value);
  }
  function setItems(items: readonly PickleValue[]): void {
    const target = peek();
    if (isKind(target, 'ignored')) return;
    if (!(target instanceof Map)) throw damaged('sets items of what is no dict');
    if (items.length % 2) throw damaged('sets a key without a value');
    spend(CONTAINER * (items.length / 2));
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }
  function text(length: number): string {
    return decoder.decode(reader.take(length));
  }
  function damaged(what: string): ManyposeError {
    return invalidCheckpoint(`damaged pickle: it ${what} at byte ${reader.position()}`);
  }
  function findGlobal(module: PickleValue, name: PickleValue): PickleGlobal {
    if (typeof module !== 'string' || typeof name !== 'string') throw damaged('names a global by something else');
    return hooks.global(`${module}.${name}`);
  }

  for (;;) {
    const code = reader.uint8();
    // prettier-ignore
    switch (code) {
      case 0x80: { // PROTO
        const protocol = reader.uint8();
        if (protocol > 5) throw invalidCheckpoint(`pickle protocol ${protocol} is not known`);
        break;
      }
      case 0x95: reader.take(8); break; // FRAME: a hint for buffered readers
      case 0x2e: { // STOP
        const value = pop();
        if (stack.length || marks.length) throw damaged('leaves things on its stack');
        return value;
      }
      case 0x28: // MARK
        spend(1);
        marks.push(stack.length);
        break;
      case 0x30: pop(); break; // POP
      case 0x31: popMark(); break; // POP_MARK

      case 0x4e: push(null); break; // NONE
      case 0x88: push(true); break; // NEWTRUE
      case 0x89: push(false); break; // NEWFALSE
      case 0x4a: push(reader.int32()); break; // BININT
      case 0x4b: push(reader.uint8()); break; // BININT1
      case 0x4d: push(reader.uint16()); break; // BININT2
      case 0x8a: push(integer(reader.take(reader.uint8()))); break; // LONG1
      case 0x8b: push(integer(reader.take(reader.uint32()))); break; // LONG4
      case 0x49: push(integerText(reader.line())); break; // INT
      case 0x4c: push(integerText(reader.line().replace(/L$/, ''))); break; // LONG
      case 0x47: push(reader.float64BigEndian()); break; // BINFLOAT
      case 0x46: push(Number(reader.line())); break; // FLOAT

      case 0x58: push(text(reader.uint32())); break; // BINUNICODE
      case 0x8c: push(text(reader.uint8())); break; // SHORT_BINUNICODE
      case 0x8d: push(text(reader.uint64())); break; // BINUNICODE8
      case 0x54: push(text(reader.uint32())); break; // BINSTRING
      case 0x55: push(text(reader.uint8())); break; // SHORT_BINSTRING
      case 0x42: push(reader.take(reader.uint32())); break; // BINBYTES
      case 0x43: push(reader.take(reader.uint8())); break; // SHORT_BINBYTES
      case 0x8e: push(reader.take(reader.uint64())); break; // BINBYTES8
      case 0x96: push(reader.take(reader.uint64())); break; // BYTEARRAY8

      case 0x29: pushContainer([]); break; // EMPTY_TUPLE
      case 0x85: pushContainer(popTuple(1)); break; // TUPLE1
      case 0x86: pushContainer(popTuple(2)); break; // TUPLE2
      case 0x87: pushContainer(popTuple(3)); break; // TUPLE3
      case 0x74: pushContainer(popMark()); break; // TUPLE
      case 0x5d: pushContainer([]); break; // EMPTY_LIST
      case 0x6c: pushContainer(popMark()); break; // LIST
      case 0x61: append([pop()]); break; // APPEND
      case 0x65: append(popMark()); break; // APPENDS
      case 0x8f: pushContainer([]); break; // EMPTY_SET
      case 0x90: append(popMark()); break; // ADDITEMS
      case 0x91: pushContainer(popMark()); break; // FROZENSET
      case 0x7d: pushContainer(new Map()); break; // EMPTY_DICT
      case 0x64: { // DICT
        const items = popMark();
        pushContainer(new Map());
        setItems(items);
        break;
      }
      case 0x73: setItems(popTuple(2)); break; // SETITEM
      case 0x75: setItems(popMark()); break; // SETITEMS

      case 0x71: memoize(reader.uint8()); break; // BINPUT
      case 0x72: memoize(reader.uint32()); break; // LONG_BINPUT
      case 0x94: memoize(memo.size); break; // MEMOIZE
      case 0x70: memoize(Number(reader.line())); break; // PUT
      case 0x68: recall(reader.uint8()); break; // BINGET
      case 0x6a: recall(reader.uint32()); break; // LONG_BINGET
      case 0x67: recall(Number(reader.line())); break; // GET

      case 0x63: push(findGlobal(reader.line(), reader.line())); break; // GLOBAL
      case 0x93: { // STACK_GLOBAL
        const [module, name] = popTuple(2);
        push(findGlobal(module, name));
        break;
      }
      case 0x52: { // REDUCE
        const [callee, args] = popTuple(2);
        push(call(callee, args, spend));
        break;
      }
      case 0x81: { // NEWOBJ
        const [type] = popTuple(2);
        push(instance(type, 'NEWOBJ'));
        break;
      }
      case 0x92: { // NEWOBJ_EX
        const [type] = popTuple(3);
        push(instance(type, 'NEWOBJ_EX'));
        break;
      }
      case 0x62: { // BUILD
        const state = pop();
        setState(peek(), state);
        break;
      }
      case 0x51: push(hooks.persistent(pop())); break; // BINPERSID

      default:
        if (REFUSED[code]) throw unsafe(`the pickle uses ${REFUSED[code]} at byte ${reader.position() - 1}; only tensors are read`);
        throw invalidCheckpoint(`damaged pickle: unknown instruction 0x${code.toString(16)}`
          + ` at byte ${reader.position() - 1}`);
    }
  }
}

function call(callee: PickleValue, args: PickleValue, spend: (values: number) => void): PickleValue {
  if (!isKind(callee, 'global')) throw unsafe('the pickle calls something that is not a known function');
  const { name, call: run, inert } = callee as PickleGlobal;
  if (inert) return IGNORED;
  if (!run) throw unsafe(`the pickle calls ${name}; only tensors are read`);
  if (!Array.isArray(args)) throw invalidCheckpoint(`damaged pickle: ${name} is called without arguments`);
  return run(args, spend);
}

/** An object of a class, made without calling it. */
function instance(type: PickleValue, instruction: string): PickleValue {
  if (isKind(type, 'global') && (type as PickleGlobal).inert) return IGNORED;
  throw unsafe(`the pickle uses ${instruction} to make an object of a class; only tensors are read`);
}

/** Sets an object's attributes: read past for dicts (PyTorch hangs version numbers on them), refused elsewhere. */
function setState(target: PickleValue, state: PickleValue): void {
  if (target instanceof Map && state instanceof Map) return;
  if (isKind(target, 'ignored')) return;
  throw unsafe('the pickle sets the state of an object that is no dict; only tensors are read');
}

/** Whether a value is an object of that kind. */
export function isKind(value: PickleValue, kind: (PickleObject | PickleGlobal)['kind']): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

function integer(littleEndian: Uint8Array): PickleValue {
  if (littleEndian.length > MAX_INTEGER_BYTES) return IGNORED;
  let value = 0n;
  for (let i = littleEndian.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(littleEndian[i]);
  value = BigInt.asIntN(8 * littleEndian.length, value);
  return isSafe(value) ? Number(value) : value;
}

function integerText(line: string): PickleValue {
  if (line === '00' || line === '01') return line === '01'; // protocol 0 writes booleans so
  if (!/^-?\d+$/.test(line)) throw invalidCheckpoint('damaged pickle: an integer that is none');
  if (line.length > MAX_INTEGER_DIGITS) return IGNORED;
  const value = BigInt(line);
  return isSafe(value) ? Number(value) : value;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

import { shown } from './shown.ts';

// What may be wrong with a manifest or a descriptor, in words; loaded only when something is.

const expected = (what: string, got: unknown): string => `${what} expected, got ${shown(got)}`;

export const FAULT_WORDS = {
  format: (known: string) => `format '${known}' expected`,
  version: (known: number, got: unknown) => `version ${shown(got)}; this library reads version ${known}`,
  descriptor: () => 'the descriptor is not an object',
  id: () => 'id: letters, digits, _ . - expected',
  oneOf: (field: string, known: readonly unknown[], got: unknown) => `${field}: ${expected(`one of ${known.join(', ')}`, got)}`,
  channels: (field: string, most: number, got: unknown) => `${field}: ${expected(`1 to ${most} channels`, got)}`,
  inputSize: (step: number, most: number, got: unknown) => `inputSize: ${expected(`a multiple of ${step} up to ${most}`, got)}`,
  presets: (got: unknown) =>
    `presets: ${expected('{ fast, balanced, best }, each { inputSize?, scales?, flip? } that fit,', got)}`,
  decoding: (got: unknown) => `decoding: ${expected('{ spread?, otherScales? }, positive numbers,', got)}`,
  otherHeads: (known: readonly string[], got: unknown) => `headWidths: ${expected(known.join(' and '), got)} too`,
  otherFields: (names: readonly string[]) => `unknown fields of the descriptor: ${shown(names)}`,
  networkSize: (numbers: number, most: number) => `model: a network of ${numbers} weights; up to ${most} are loaded`,
  text: (field: string) => `${field}: text expected`,
  shards: (most: number) => `shards: a list of 1 to ${most} expected`,
  shardFile: (i: number, got: unknown) => `shards[${i}].file: ${expected('a file name', got)}`,
  shardTwice: (i: number, file: string) => `shards[${i}].file: ${file} is listed twice`,
  shardBytes: (i: number, most: number, got: unknown) => `shards[${i}].bytes: ${expected(`1 to ${most}`, got)}`,
  shardHash: (i: number) => `shards[${i}].sha256: 64 hexadecimal digits expected`,
  allBytes: (most: number, got: number) => `shards: up to ${most} bytes together expected, got ${got}`,
  tensors: (list: string, count: number | undefined) =>
    `${list}: a list ${count === undefined ? '' : `of ${count} tensors `}expected`,
  tensor: (list: string, i: number, name: unknown) => `${list}[${i}]: unexpected tensor ${shown(name)}`,
  tensorTwice: (list: string, name: string) => `${list}: ${name} is listed twice`,
  missing: (list: string, name: string) => `${list}: ${name} is missing`,
  shape: (name: string, wanted: readonly number[], got: unknown) => `${name}: ${expected(`shape [${wanted}]`, got)}`,
  dtype: (name: string, got: unknown) => `${name}: ${expected('dtype f16 or f32', got)}`,
  offset: (name: string, size: number, got: unknown) => `${name}: offset expected to be a multiple of ${size}, got ${shown(got)}`,
  beyond: (name: string, bytes: number) => `${name}: lies beyond the shards' ${bytes} bytes`,
  place: (name: string, start: number, at: number) => `${name} is at byte ${start}, not at ${at} where the tensor before ends`,
};

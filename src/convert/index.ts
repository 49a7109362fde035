/**
 * manypose/convert: PyTorch checkpoints (.pth, .safetensors) to a model's files, in Node and in pages, where a worker is
 * the place for it. Nothing in a checkpoint is executed, and nothing is sent anywhere.
 */
export { ManyposeError } from '../errors.ts';
export type { ErrorCode } from '../errors.ts';
export type { WeightDtype } from '../model/manifest.ts';
export type { ModelDescriptor } from '../network/descriptor.ts';
export type { ConvertedCheckpoint, ConvertOptions } from './convert.ts';
export { convertCheckpoint } from './convert.ts';
export { modelInMemory } from './model-in-memory.ts';
export type { ModelFile } from './write.ts';

import type { ModelDescriptor } from '../network/descriptor.ts';
import { ManyposeError } from '../errors.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { printable } from '../printable.ts';

/** Channels beyond this are a mistake, and would make a network of absurd size. */
const MAX_CHANNELS = 1024;
const MAX_INPUT_SIZE = 2048;
const FIELDS = ['id', 'architecture', 'keypointSet', 'width', 'headWidths', 'inputSize'];

/** What is wrong with something that should be a ModelDescriptor; empty if nothing is. */
export function descriptorFaults(value: unknown): string[] {
  if (!isRecord(value)) return ['the descriptor is not an object'];
  const faults: string[] = [];
  const check = (ok: boolean, fault: string): void => void (ok || faults.push(fault));
  const heads = isRecord(value.headWidths) ? value.headWidths : {};

  check(typeof value.id === 'string' && /^[\w.-]{1,64}$/.test(value.id), 'id: letters, digits, _ . - expected');
  check(value.architecture === 'adaptive-hrnet', `architecture: 'adaptive-hrnet' expected, got ${shown(value.architecture)}`);
  check(
    typeof value.keypointSet === 'string' && Object.hasOwn(KEYPOINT_SETS, value.keypointSet),
    `keypointSet: one of ${Object.keys(KEYPOINT_SETS).join(', ')} expected, got ${shown(value.keypointSet)}`,
  );
  check(isCount(value.width, MAX_CHANNELS), `width: 1 to ${MAX_CHANNELS} channels expected, got ${shown(value.width)}`);
  for (const head of ['heatmap', 'regression']) {
    check(
      isCount(heads[head], MAX_CHANNELS),
      `headWidths.${head}: 1 to ${MAX_CHANNELS} channels expected, got ${shown(heads[head])}`,
    );
  }
  check(
    isCount(value.inputSize, MAX_INPUT_SIZE) && value.inputSize % 64 === 0,
    `inputSize: a multiple of 64 up to ${MAX_INPUT_SIZE} expected, got ${shown(value.inputSize)}`,
  );
  const unknown = Object.keys(value).filter((key) => !FIELDS.includes(key));
  check(unknown.length === 0, `unknown fields of the descriptor: ${shown(unknown)}`);
  return faults;
}

/** The value as a descriptor; throws 'invalid-model' that lists all its faults. */
export function checkDescriptor(value: unknown): ModelDescriptor {
  const faults = descriptorFaults(value);
  if (faults.length) throw new ManyposeError('invalid-model', `not a model descriptor: ${faults.join('; ')}`);
  return value as ModelDescriptor;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number from 1 to `max`. */
export function isCount(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

/** A value from outside, short enough for a message, however long and deep it is. */
export function shown(value: unknown): string {
  return printable(outline(value, 3), 60);
}

function outline(value: unknown, depth: number): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value))
    return depth > 0
      ? `[${value
          .slice(0, 20)
          .map((item) => outline(item, depth - 1))
          .join()}]`
      : '[...]';
  if (isRecord(value)) return `{${Object.keys(value).slice(0, 5).join()}}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
}

import type { Architecture, ModelDescriptor } from '../network/descriptor.ts';
import { ManyposeError } from '../errors.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { printable } from '../printable.ts';

/** Channels beyond this are a mistake, and would make a network of absurd size. */
const MAX_CHANNELS = 1024;
const MAX_INPUT_SIZE = 2048;
const FIELDS = ['id', 'architecture', 'keypointSet', 'width', 'headWidths', 'inputSize', 'offsetSign'];

/** What an architecture's descriptor says of its own. */
interface OwnFields {
  readonly headWidths: readonly string[];
  /** Fields that may be left out, and the values they may have. */
  readonly optional: Readonly<Record<string, readonly unknown[]>>;
}

const ADAPTIVE: OwnFields = {
  headWidths: ['heatmap', 'regression'],
  optional: { branches: ['mean', 'maximum'], heatmapGuidance: [true, false] },
};
const OWN_FIELDS: { readonly [A in Architecture]: OwnFields } = {
  'adaptive-hrnet': ADAPTIVE,
  'adaptive-higher-hrnet': ADAPTIVE,
  dekr: { headWidths: ['heatmap', 'offset'], optional: {} },
};

/** All architectures, in the order in which they came. */
export const ARCHITECTURES = Object.keys(OWN_FIELDS) as readonly Architecture[];

/** What is wrong with something that should be a ModelDescriptor; empty if nothing is. */
export function descriptorFaults(value: unknown): string[] {
  if (!isRecord(value)) return ['the descriptor is not an object'];
  const faults: string[] = [];
  const check = (ok: boolean, fault: string): void => void (ok || faults.push(fault));
  const oneOf = (field: string, known: readonly unknown[]): void =>
    check(known.includes(value[field]), `${field}: one of ${known.join(', ')} expected, got ${shown(value[field])}`);

  check(typeof value.id === 'string' && /^[\w.-]{1,64}$/.test(value.id), 'id: letters, digits, _ . - expected');
  oneOf('architecture', ARCHITECTURES);
  oneOf('keypointSet', Object.keys(KEYPOINT_SETS));
  check(isCount(value.width, MAX_CHANNELS), `width: 1 to ${MAX_CHANNELS} channels expected, got ${shown(value.width)}`);
  check(
    isCount(value.inputSize, MAX_INPUT_SIZE) && value.inputSize % 64 === 0,
    `inputSize: a multiple of 64 up to ${MAX_INPUT_SIZE} expected, got ${shown(value.inputSize)}`,
  );
  if (value.offsetSign !== undefined) oneOf('offsetSign', ['minus', 'plus']);
  if (!ARCHITECTURES.includes(value.architecture as Architecture)) return faults;

  const { headWidths, optional } = OWN_FIELDS[value.architecture as Architecture];
  const heads = isRecord(value.headWidths) ? value.headWidths : {};
  for (const head of headWidths) {
    check(
      isCount(heads[head], MAX_CHANNELS),
      `headWidths.${head}: 1 to ${MAX_CHANNELS} channels expected, got ${shown(heads[head])}`,
    );
  }
  const otherHeads = Object.keys(heads).filter((head) => !headWidths.includes(head));
  check(otherHeads.length === 0, `headWidths: ${headWidths.join(' and ')} expected, got ${shown(otherHeads)} too`);
  for (const [field, known] of Object.entries(optional)) if (value[field] !== undefined) oneOf(field, known);
  const unknown = Object.keys(value).filter((key) => !FIELDS.includes(key) && !(key in optional));
  check(unknown.length === 0, `unknown fields of the descriptor: ${shown(unknown)}`);
  return faults;
}

/** The value as a descriptor; throws 'invalid-model' that lists all its faults. */
export function checkDescriptor(value: unknown): ModelDescriptor {
  const faults = descriptorFaults(value);
  if (faults.length) throw new ManyposeError('invalid-model', `not a model descriptor: ${faults.join('; ')}`);
  return value as unknown as ModelDescriptor;
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

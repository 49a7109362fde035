import { flag, positive } from '../check-options.ts';
import { isInputSize, isScales, MAX_INPUT_SIZE, SIDE_STEP } from '../geometry.ts';
import type { Architecture, ModelDescriptor, Quality } from '../network/descriptor.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import type { Fault } from './faults.ts';
import { invalidModel } from './faults.ts';
import { isCount, isRecord } from './values.ts';

/** Channels beyond this are a mistake, and would make a network of absurd size. */
const MAX_CHANNELS = 1024;
const FIELDS = ['id', 'architecture', 'keypointSet', 'width', 'headWidths', 'inputSize', 'offsetSign', 'presets', 'decoding'];

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
export function descriptorFaults(value: unknown): Fault[] {
  if (!isRecord(value)) return [['descriptor']];
  const faults: Fault[] = [];
  const check = (ok: boolean, ...fault: Fault): void => void (ok || faults.push(fault));
  const oneOf = (field: string, known: readonly unknown[]): void =>
    check(known.includes(value[field]), 'oneOf', field, known, value[field]);

  check(typeof value.id === 'string' && /^[\w.-]{1,64}$/.test(value.id), 'id');
  oneOf('architecture', ARCHITECTURES);
  oneOf('keypointSet', Object.keys(KEYPOINT_SETS));
  check(isCount(value.width, MAX_CHANNELS), 'channels', 'width', MAX_CHANNELS, value.width);
  check(
    isCount(value.inputSize, MAX_INPUT_SIZE) && value.inputSize % SIDE_STEP === 0,
    'inputSize',
    SIDE_STEP,
    MAX_INPUT_SIZE,
    value.inputSize,
  );
  if (value.offsetSign !== undefined) oneOf('offsetSign', ['minus', 'plus']);
  check(
    holds(value.presets, { fast: isPreset, balanced: isPreset, best: isPreset } satisfies Record<Quality, Test>),
    'presets',
    value.presets,
  );
  check(holds(value.decoding, { spread: positive.is, otherScales: positive.is }), 'decoding', value.decoding);
  if (!ARCHITECTURES.includes(value.architecture as Architecture)) return faults;

  const { headWidths, optional } = OWN_FIELDS[value.architecture as Architecture];
  const heads = isRecord(value.headWidths) ? value.headWidths : {};
  for (const head of headWidths) {
    check(isCount(heads[head], MAX_CHANNELS), 'channels', `headWidths.${head}`, MAX_CHANNELS, heads[head]);
  }
  const otherHeads = Object.keys(heads).filter((head) => !headWidths.includes(head));
  check(otherHeads.length === 0, 'otherHeads', headWidths, otherHeads);
  for (const [field, known] of Object.entries(optional)) if (value[field] !== undefined) oneOf(field, known);
  const unknown = Object.keys(value).filter((key) => !FIELDS.includes(key) && !(key in optional));
  check(unknown.length === 0, 'otherFields', unknown);
  return faults;
}

type Test = (value: unknown) => boolean;

/** Whether a value is left out, or a record of some of the fields, each as it should be. */
const holds = (value: unknown, fields: Readonly<Record<string, Test>>): boolean =>
  value === undefined ||
  (isRecord(value) && Object.entries(value).every(([name, each]) => Object.hasOwn(fields, name) && fields[name](each)));

const isPreset: Test = (value) => holds(value, { inputSize: isInputSize, scales: isScales, flip: flag.is });

/** The value as a descriptor; rejects with 'invalid-model' that lists its faults. */
export async function checkDescriptor(value: unknown): Promise<ModelDescriptor> {
  const faults = descriptorFaults(value);
  if (faults.length) throw await invalidModel('not a model descriptor', faults);
  return value as unknown as ModelDescriptor;
}

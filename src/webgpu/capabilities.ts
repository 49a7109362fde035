import { judgedByName } from './adapter-info.ts';

/** Features that our kernels and measurements know what to do with. */
const OPTIONAL_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const satisfies readonly GPUFeatureName[];
export type OptionalFeature = (typeof OPTIONAL_FEATURES)[number];

/** Limits worth having as large as the adapter allows: large inputs need large buffers, tiled kernels large workgroups. */
const RAISED_LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxTextureDimension2D',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const satisfies readonly (keyof GPUSupportedLimits)[];
type RaisedLimit = (typeof RAISED_LIMITS)[number];

/** What of a device matters for the choice among kernels. */
export interface Capabilities {
  readonly features: ReadonlySet<OptionalFeature>;
  readonly limits: Readonly<Record<RaisedLimit, number>>;
  /** Whether its adapter says that it computes on the CPU; one that does not tell its name counts as hardware. */
  readonly software: boolean;
}

/** A device with all that is optional and that the adapter has. */
export function richDevice(adapter: GPUAdapter): GPUDeviceDescriptor {
  return {
    label: 'manypose',
    requiredFeatures: OPTIONAL_FEATURES.filter((name) => adapter.features.has(name)),
    requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]])),
  };
}

export function capabilitiesOf(device: GPUDevice): Capabilities {
  return {
    features: new Set(OPTIONAL_FEATURES.filter((name) => device.features.has(name))),
    limits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, device.limits[name]])) as Record<RaisedLimit, number>,
    software: judgedByName(device.adapterInfo) === 'software',
  };
}

import { ManyposeError } from '../../errors.ts';
import type { CellwiseLayer, FuseLayer } from '../../network/network.ts';
import type { BindingKind, GpuMap } from '../kernel.ts';
import type { MapOf } from './variant.ts';

/** How the shaders that join maps cell by cell declare what they bind beside their uniforms. */
export { default as joinedMaps } from '../../../shaders/common/joined-maps.wgsl?raw';

/** Inputs that the shaders which join maps cell by cell have bindings for. */
const BINDINGS = 4;

/** All that they bind: uniforms, inputs, output. */
export const JOINING_BINDINGS: readonly BindingKind[] = ['uniform', ...Array<BindingKind>(BINDINGS).fill('read'), 'write'];

/**
 * A layer's inputs, one for each binding: where there are fewer, something must be bound in their place.
 *
 * @throws ManyposeError `invalid-model` for more of them, or fewer than two.
 */
export function joinedInputs({ name, inputs }: FuseLayer | CellwiseLayer, mapOf: MapOf): GpuMap[] {
  if (inputs.length < 2 || inputs.length > BINDINGS) {
    throw new ManyposeError('invalid-model', `${name}: expected 2 to ${BINDINGS} inputs, got ${inputs.length}`);
  }
  return Array.from({ length: BINDINGS }, (_, i) => mapOf(inputs[i] ?? inputs[0]));
}

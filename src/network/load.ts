import type { NetworkDescriptor } from './assemble.ts';
import { adaptiveHrnet, assemble } from './assemble.ts';
import type { Network } from './network.ts';

/** The network a descriptor names. What is only for other architectures than the shipped model's is loaded for them. */
export async function loadNetwork(model: NetworkDescriptor): Promise<Network> {
  if (model.architecture === 'adaptive-hrnet') return assemble(model, adaptiveHrnet);
  return (await import('./build.ts')).buildNetwork(model);
}

import type { Layer, Network } from '../network/network.ts';
import { isWeighted } from '../network/ops.ts';
import { partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import { checkWeights } from '../network/weights.ts';
import type { KernelCall } from './kernel.ts';
import type { AnyVariant, MapOf, PackedWeights } from './kernels/variant.ts';
import type { GpuMemory } from './memory.ts';
import { uploadPacked } from './weights.ts';

/** A network's layers, each with the kernel variant that runs it and its weights in GPU memory: what all input sizes share. */
export interface LoadedLayers {
  callsOf(layer: Layer, mapOf: MapOf): KernelCall[];
}

/**
 * Packs each layer's weights for the variant that runs it, and uploads them.
 *
 * @param variants of all layers.
 * @throws ManyposeError `invalid-model` if a tensor is missing or has another shape than the network's.
 */
export function loadLayers(
  memory: GpuMemory,
  network: Pick<Network, 'layers'>,
  weights: Weights,
  variants: ReadonlyMap<Layer, AnyVariant>,
): LoadedLayers {
  checkWeights(network, weights);
  const parts = partsOf(network);
  const packed = new Map<string, PackedWeights>();
  const lowered = new Map<Layer, (mapOf: MapOf) => KernelCall[]>();
  for (const layer of network.layers) {
    const variant = variants.get(layer)!;
    if (variant.pack === undefined) {
      lowered.set(layer, (mapOf) => variant.calls(layer, mapOf));
    } else if (isWeighted(layer)) {
      // Layers of one name share their weights, if they run alike.
      const key = `${layer.name} ${variant.id}`;
      if (!packed.has(key)) {
        const [weight, bias] = ['weight', 'bias'].map((part) => weights.get(`${layer.name}.${part}`)!.data);
        packed.set(key, variant.pack({ layer, parts }, { weight, bias }));
      }
      lowered.set(layer, (mapOf) => variant.calls(layer, mapOf, uploaded.of(key)));
    }
  }
  const uploaded = uploadPacked(memory, packed);
  return { callsOf: (layer, mapOf) => lowered.get(layer)!(mapOf) };
}

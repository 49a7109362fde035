import type { AdaptiveConvLayer, MapTensor, Network } from './network.ts';
import { outputMaps } from './network.ts';

/** What of a network is needed to tell what can be looked at. */
export type Inspectable = Pick<Network, 'layers' | 'outputs'>;

export function adaptiveLayers({ layers }: Pick<Network, 'layers'>): AdaptiveConvLayer[] {
  return layers.filter((layer) => layer.op === 'adaptiveConv');
}

/** The maps that must still be there after a run that is looked into, each once; those that hold outputs come first. */
export function inspectedMaps(network: Inspectable): MapTensor[] {
  const moves = adaptiveLayers(network).flatMap(({ transform, translation }) =>
    translation ? [transform, translation] : [transform],
  );
  return [...new Set([...outputMaps(network), ...moves])];
}

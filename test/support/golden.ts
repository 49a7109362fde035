import { floatsOf, readNpz } from './npz.ts';

/** The official implementation's outputs on the formula's input: heatmaps with the center map last, and offsets. */
export function goldenOutputs(model: string, width: number, height: number): [heatmaps: Float32Array, offsets: Float32Array] {
  const arrays = readNpz(new URL(`../fixtures/networks/${model}.npz`, import.meta.url));
  return [floatsOf(arrays, `${height}x${width}_0`).data, floatsOf(arrays, `${height}x${width}_1`).data];
}

import type { ScaleMaps } from '../decode/candidates-from-maps.ts';
import { candidatesFromScales } from '../decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import type { Network } from '../network/network.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import { watched } from './error-scopes.ts';
import type { FrameProgram } from './frame-program.ts';
import { packMap } from './pack-maps.ts';
import { readMaps } from './read-maps.ts';
import type { Scheme } from './scheme.ts';

/** The candidates of the last frame, from the maps that it left. */
export async function candidatesOfMaps(
  device: GPUDevice,
  network: Network,
  program: FrameProgram,
  { scales }: Scheme,
): Promise<PoseCandidates> {
  const found: ScaleMaps[] = [];
  for (const { scale, outputs } of program.scales) found.push({ scale, maps: await readMaps(device, outputs) });
  const { width, height } = scales.find(({ scale }) => scale === 1)!;
  return candidatesFromScales(found, width, height, network.decoding);
}

/** The maps of an input that is given as numbers. */
export async function mapsOfInput(device: GPUDevice, programOf: () => FrameProgram, values: Float32Array): Promise<NetworkMaps> {
  const { result: outputs, checked } = watched(device, () => {
    const { input, raw, recordNetwork } = programOf();
    device.queue.writeBuffer(input.range.buffer, input.range.offset, packMap(values, input.shape));
    const encoder = device.createCommandEncoder({ label: 'network' });
    recordNetwork(encoder);
    device.queue.submit([encoder.finish()]);
    return raw;
  });
  await checked;
  return readMaps(device, outputs);
}

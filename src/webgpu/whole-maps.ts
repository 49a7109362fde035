import type { ScaleMaps } from '../decode/candidates-from-maps.ts';
import { candidatesFromScales } from '../decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import type { InputGeometry } from '../geometry.ts';
import { inspectedMaps } from '../network/inspectable.ts';
import type { InspectedMaps } from '../network/inspected-maps.ts';
import { inspectMaps } from '../network/inspected-maps.ts';
import type { Network } from '../network/network.ts';
import { watched } from './error-scopes.ts';
import type { FrameProgram } from './frame-program.ts';
import type { TakenFrame } from './frame-textures.ts';
import { packMap } from './pack-maps.ts';
import { readMaps, readOutputs } from './read-maps.ts';
import type { Scheme } from './scheme.ts';

/** The candidates of the last frame, from the maps that it left. */
export async function candidatesOfMaps(
  device: GPUDevice,
  network: Network,
  program: FrameProgram,
  { scales }: Scheme,
): Promise<PoseCandidates> {
  const found: ScaleMaps[] = [];
  for (const { scale, outputs } of program.scales) found.push({ scale, maps: await readOutputs(device, outputs) });
  const { width, height } = scales.find(({ scale }) => scale === 1)!;
  return candidatesFromScales(found, width, height, network.decoding);
}

/** What goes on in the network when an input is run that is given as numbers. */
export function inspectInput(
  device: GPUDevice,
  network: Network,
  programOf: () => FrameProgram,
  values: Float32Array,
): Promise<InspectedMaps> {
  return inspectRun(device, network, programOf, ({ input, recordNetwork }, encoder) => {
    device.queue.writeBuffer(input.range.buffer, input.range.offset, packMap(values, input.shape));
    recordNetwork(encoder);
  });
}

/** What goes on in the network when a frame is run once. */
export function inspectFrame(
  device: GPUDevice,
  network: Network,
  programOf: () => FrameProgram,
  taken: TakenFrame,
  geometry: InputGeometry,
): Promise<InspectedMaps> {
  return inspectRun(device, network, programOf, ({ recordFrame }, encoder) =>
    recordFrame(encoder, taken, [{ geometry, scale: 1, mirrored: false }]),
  );
}

async function inspectRun(
  device: GPUDevice,
  network: Network,
  programOf: () => FrameProgram,
  record: (program: FrameProgram, encoder: GPUCommandEncoder) => void,
): Promise<InspectedMaps> {
  const { result: mapOf, checked } = watched(device, () => {
    const program = programOf();
    const encoder = device.createCommandEncoder({ label: 'inspection' });
    record(program, encoder);
    device.queue.submit([encoder.finish()]);
    return program.mapOf;
  });
  await checked;
  const kept = inspectedMaps(network);
  const planes = await readMaps(device, kept.map(mapOf));
  return inspectMaps(network, (map) => planes[kept.indexOf(map)]);
}

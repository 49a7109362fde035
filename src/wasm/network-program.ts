import { ManyposeError } from '../errors.ts';
import { planMemory } from '../network/memory-plan.ts';
import type {
  AdaptiveConvLayer,
  CellwiseLayer,
  ConcatLayer,
  ConvLayer,
  FuseLayer,
  GroupConvLayer,
  Layer,
  MapTensor,
  Network,
  SplitLayer,
  TransposedConvLayer,
} from '../network/network.ts';
import { groupsOf } from '../network/network.ts';
import { partsOf } from '../network/parts.ts';
import { PANEL, ROWS, WINOGRAD_OUTPUT } from './assembly/constants.ts';
import type { Call } from './calls.ts';
import { CALL_BYTES, encodeCalls } from './calls.ts';
import type { Read, Work } from './engine.ts';
import type { FixedMemory } from './fixed-memory.ts';
import { TRANSPOSED_KINDS, usesWinograd, windowsFor } from './fixed-memory.ts';
import type { WasmMap } from './layout.ts';
import { addressesFrom, mapShape } from './layout.ts';

/** A network at one input size: its place in memory, and the calls that run it. */
export interface NetworkProgram {
  /** Runs the network on the planes of `given` maps and reads those of `kept` ones, both in the order they were named. */
  work(planes: readonly Float32Array[]): Work;
  mapOf(map: MapTensor): WasmMap;
}

/** Inputs that a call has fields for. */
const MOST_INPUTS = 4;
/** Items per thread that a layer should have, for the threads to end together. */
const ITEMS_PER_THREAD = 4;

/**
 * Plans a network's memory for an input size and lowers its layers to calls.
 *
 * @param given maps that come as planes; `kept` ones are read as planes, so no concatenations.
 * @throws ManyposeError `invalid-model` for a layer that the kernels do not know.
 */
export function createNetworkProgram(
  network: Pick<Network, 'layers'>,
  given: readonly MapTensor[],
  kept: readonly MapTensor[],
  fixed: FixedMemory,
  threads: number,
  width: number,
  height: number,
): NetworkProgram {
  const parts = partsOf(network);
  const shapeOf = (map: MapTensor) => mapShape(map, parts(map), width, height);
  const plan = planMemory(network.layers, given, kept, (map) => shapeOf(map).bytes);
  const addresses = addressesFrom(fixed.end);
  const slots = plan.slots.map((bytes) => addresses.take(bytes));
  const mapOf = (map: MapTensor): WasmMap => ({ ...shapeOf(map), address: slots[plan.slotOf.get(map.id)!] });
  const planesOf = (map: MapTensor): Read => {
    const length = map.channels * shapeOf(map).width * shapeOf(map).height;
    return { address: addresses.take(length * 4), length };
  };
  const written = given.map(planesOf);
  const read = kept.map(planesOf);
  const calls = [
    ...given.map((map, i) => interleaveCall(map, written[i].address, mapOf(map))),
    ...network.layers.flatMap((layer) => lowerLayer(layer, mapOf, fixed, threads)),
    ...kept.map((map, i) => planesCall(map, mapOf(map), read[i].address)),
  ];
  const program = { address: addresses.take(calls.length * CALL_BYTES), data: encodeCalls(calls) };
  return {
    work: (planes) => ({
      bytes: addresses.end,
      writes: [...fixed.writes, program, ...written.map(({ address }, i) => ({ address, data: planes[i] }))],
      calls: program.address,
      count: calls.length,
      reads: read,
    }),
    mapOf,
  };
}

function lowerLayer(layer: Layer, mapOf: (map: MapTensor) => WasmMap, fixed: FixedMemory, threads: number): Call[] {
  const output = mapOf(layer.output);
  switch (layer.op) {
    case 'conv':
    case 'adaptiveConv':
      return [convCall(layer, mapOf, fixed, threads)];
    case 'groupConv':
      return [groupConvCall(layer, mapOf(layer.input), output, fixed)];
    case 'transposedConv':
      return [transposedConvCall(layer, mapOf(layer.input), output, fixed)];
    case 'fuse':
    case 'mean':
    case 'maximum':
      return [joinCall(layer, layer.inputs.map(mapOf), output)];
    case 'concat':
      return concatCalls(layer, layer.inputs.map(mapOf), output);
    case 'split':
      return [splitCall(layer, mapOf(layer.input), output)];
  }
}

/** A map as the output of a call. */
const outputOf = ({ address, width, height, lanes }: WasmMap) => ({ output: address, width, height, lanes });
/** A map as the input of a call. */
const inputOf = ({ address, width, height, lanes }: WasmMap) => ({
  input: address,
  inWidth: width,
  inHeight: height,
  inLanes: lanes,
});

function interleaveCall(map: MapTensor, planes: number, output: WasmMap): Call {
  return { kernel: 'interleave', items: output.height, input: planes, channels: map.channels, ...outputOf(output) };
}

function planesCall(map: MapTensor, input: WasmMap, planes: number): Call {
  const { width, height } = input;
  return { kernel: 'planes', items: map.channels, ...inputOf(input), output: planes, width, height, channels: map.channels };
}

function convCall(
  layer: ConvLayer | AdaptiveConvLayer,
  mapOf: (map: MapTensor) => WasmMap,
  fixed: FixedMemory,
  threads: number,
): Call {
  const output = mapOf(layer.output);
  const input = mapOf(layer.input);
  const fast = usesWinograd(layer);
  const windows = windowsFor(input.lanes);
  const chunks = fast
    ? Math.ceil((Math.ceil(output.width / WINOGRAD_OUTPUT) * Math.ceil(output.height / WINOGRAD_OUTPUT)) / windows)
    : Math.ceil((output.width * output.height) / ROWS);
  const groups = groupsOf(layer.output);
  const groupPanels = output.lanes / PANEL / groups;
  // Where there are few chunks of cells, threads share a chunk's output channels too.
  const shares = threads === 1 ? 1 : Math.min(groupPanels, Math.ceil((ITEMS_PER_THREAD * threads) / (chunks * groups)));
  const panels = Math.ceil(groupPanels / shares);
  return {
    kernel: fast ? 'winograd' : layer.op,
    windows,
    items: chunks * groups * Math.ceil(groupPanels / panels),
    panels,
    groups,
    ...inputOf(input),
    ...outputOf(output),
    ...fixed.of(layer),
    shortcut: layer.shortcut && mapOf(layer.shortcut).address,
    relu: Number(layer.relu),
    ...(layer.op === 'conv'
      ? { side: layer.side, stride: layer.stride }
      : { ...movesOf(mapOf(layer.transform), layer.translation && mapOf(layer.translation)), dilation: layer.dilation }),
  };
}

function movesOf(transform: WasmMap, translation?: WasmMap) {
  return {
    transform: transform.address,
    transformLanes: transform.lanes,
    translation: translation?.address,
    translationLanes: translation?.lanes,
  };
}

function groupConvCall(layer: GroupConvLayer, input: WasmMap, output: WasmMap, fixed: FixedMemory): Call {
  return {
    kernel: layer.op,
    items: output.height,
    ...inputOf(input),
    ...outputOf(output),
    ...fixed.of(layer),
    side: layer.side,
    groups: groupsOf(layer.input),
    channels: layer.output.channels,
  };
}

function transposedConvCall(layer: TransposedConvLayer, input: WasmMap, output: WasmMap, fixed: FixedMemory): Call {
  return {
    kernel: layer.op,
    items: TRANSPOSED_KINDS * input.height,
    ...inputOf(input),
    ...outputOf(output),
    ...fixed.of(layer),
    relu: 1,
  };
}

function splitCall(layer: SplitLayer, input: WasmMap, output: WasmMap): Call {
  return {
    kernel: layer.op,
    items: output.height,
    ...inputOf(input),
    ...outputOf(output),
    groups: groupsOf(layer.output),
    channels: layer.output.channels,
  };
}

function joinCall(layer: FuseLayer | CellwiseLayer, inputs: readonly WasmMap[], output: WasmMap): Call {
  if (inputs.length < 2 || inputs.length > MOST_INPUTS) {
    throw new ManyposeError('invalid-model', `${layer.name}: expected 2 to ${MOST_INPUTS} inputs, got ${inputs.length}`);
  }
  const [input = 0, input1, input2, input3] = inputs.map(({ address }) => address);
  const [factor, factor1, factor2, factor3] = inputs.map(({ width }) => output.width / width);
  return {
    kernel: layer.op,
    items: output.height,
    inputs: inputs.length,
    smooth: Number(layer.op === 'fuse' && layer.upsampling === 'bilinear'),
    ...outputOf(output),
    input,
    input1,
    input2,
    input3,
    factor,
    factor1,
    factor2,
    factor3,
  };
}

/** One call per input: they write different lanes of the output. */
function concatCalls(layer: ConcatLayer, inputs: readonly WasmMap[], output: WasmMap): Call[] {
  let firstLane = 0;
  return inputs.map((input) => {
    const call: Call = {
      kernel: layer.op,
      items: output.height,
      ...inputOf(input),
      ...outputOf(output),
      factor: output.width / input.width,
      firstLane,
    };
    firstLane += input.lanes;
    return call;
  });
}

import type { MapTensor } from './network.ts';
import { NetworkBuilder } from './builder.ts';

/** Modules per stage; stage s has s branches (the stem counts as stage 1). */
const MODULES = { 2: 1, 3: 4, 4: 3 } as const;
const BLOCKS_PER_BRANCH = 4;

/**
 * HRNet's backbone: the stem at stride 4, then stages of 2, 3 and 4 parallel branches of
 * width W, 2W, 4W, 8W at strides 4, 8, 16, 32 that exchange features at the end of every module.
 * Returns the four branches of the last stage. Source: reference HRNet (Sun et al., CVPR 2019).
 */
export function hrnet(net: NetworkBuilder, image: MapTensor, width: number): MapTensor[] {
  let x = net.conv('conv1', image, 64, { side: 3, stride: 2, norm: 'bn1', relu: true });
  x = net.conv('conv2', x, 64, { side: 3, stride: 2, norm: 'bn2', relu: true });
  for (let i = 0; i < 4; i++) x = bottleneck(net, `layer1.${i}`, x, 64, 256);

  let branches = [x];
  for (const stage of [2, 3, 4] as const) {
    branches = transition(net, `transition${stage - 1}`, branches, width);
    for (let m = 0; m < MODULES[stage]; m++) branches = module(net, `stage${stage}.${m}`, branches);
  }
  return branches;
}

function bottleneck(net: NetworkBuilder, name: string, x: MapTensor, middle: number, channels: number): MapTensor {
  const shortcut =
    x.channels === channels
      ? x
      : net.conv(`${name}.downsample.0`, x, channels, { side: 1, norm: `${name}.downsample.1`, relu: false });
  let y = net.conv(`${name}.conv1`, x, middle, { side: 1, norm: `${name}.bn1`, relu: true });
  y = net.conv(`${name}.conv2`, y, middle, { side: 3, norm: `${name}.bn2`, relu: true });
  return net.conv(`${name}.conv3`, y, channels, { side: 1, norm: `${name}.bn3`, relu: true, shortcut });
}

/** ReLU(x + BN(conv(ReLU(BN(conv x))))). */
export function basicBlock(net: NetworkBuilder, name: string, x: MapTensor): MapTensor {
  const y = net.conv(`${name}.conv1`, x, x.channels, { side: 3, norm: `${name}.bn1`, relu: true });
  return net.conv(`${name}.conv2`, y, x.channels, { side: 3, norm: `${name}.bn2`, relu: true, shortcut: x });
}

/**
 * Opens one more branch, from the coarsest existing one. The first transition also brings the
 * stem's output to the width of branch 0; its two convolutions sit one level deeper in the names.
 */
function transition(net: NetworkBuilder, name: string, branches: MapTensor[], width: number): MapTensor[] {
  const next = branches.length;
  const kept = next > 1 ? branches : [net.conv(`${name}.0.0`, branches[0], width, { side: 3, norm: `${name}.0.1`, relu: true })];
  const opened = net.conv(`${name}.${next}.0.0`, branches[next - 1], width << next, {
    side: 3,
    stride: 2,
    norm: `${name}.${next}.0.1`,
    relu: true,
  });
  return [...kept, opened];
}

function module(net: NetworkBuilder, name: string, inputs: MapTensor[]): MapTensor[] {
  const branches = inputs.map((input, i) => {
    let x = input;
    for (let b = 0; b < BLOCKS_PER_BRANCH; b++) x = basicBlock(net, `${name}.branches.${i}.${b}`, x);
    return x;
  });
  return branches.map((own, i) => {
    const terms = branches.map((branch, j) => exchange(net, `${name}.fuse_layers.${i}.${j}`, branch, own));
    return net.fuse(`${name}.fuse_layers.${i}`, terms, own.stride);
  });
}

/** Branch `from` at the width of branch `to`, and not finer than it: the fusion repeats what is coarser. */
function exchange(net: NetworkBuilder, name: string, from: MapTensor, to: MapTensor): MapTensor {
  if (from === to) return from;
  if (from.stride > to.stride) {
    return net.conv(`${name}.0`, from, to.channels, { side: 1, norm: `${name}.1`, relu: false });
  }
  let x = from;
  for (let k = 0; x.stride < to.stride; k++) {
    const last = x.stride * 2 === to.stride;
    x = net.conv(`${name}.${k}.0`, x, last ? to.channels : from.channels, {
      side: 3,
      stride: 2,
      norm: `${name}.${k}.1`,
      relu: !last,
    });
  }
  return x;
}

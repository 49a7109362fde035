/** What a call computes; `KERNELS` in ../calls.ts has the same order. */
export enum Kernel {
  Interleave, Planes, PackWeights, PackWinograd, Conv, Winograd, AdaptiveConv, Fuse, Concat, Mean, Maximum, Split, GroupConv, TransposedConv,
}

/**
 * One step of a program, as the driver writes it to memory (`CALL_FIELDS` in ../calls.ts names the
 * same fields in the same order). Maps are [height][width][lanes] of f32, lanes a multiple of 8;
 * addresses are bytes. A kernel does one item of a call at a time, so that threads can share it.
 */
@unmanaged
export class Call {
  kernel: i32;
  items: i32;
  /** Items taken so far by any thread. */
  taken: i32;

  input: usize;
  input1: usize;
  input2: usize;
  input3: usize;
  inputs: i32;
  inWidth: i32;
  inHeight: i32;
  inLanes: i32;

  output: usize;
  width: i32;
  height: i32;
  lanes: i32;

  weights: usize;
  bias: usize;
  /** 0 where there is none. */
  shortcut: usize;
  transform: usize;
  transformLanes: i32;
  /** 0 where there is none. */
  translation: usize;
  translationLanes: i32;
  /** Groups that channels fall into, equally many lanes for each. */
  groups: i32;
  /** Side of a convolution's kernel. */
  side: i32;
  stride: i32;
  dilation: i32;
  relu: i32;
  /** Panels of 8 output channels that one item of a convolution computes. */
  panels: i32;
  /** Windows of Winograd's algorithm that one item computes, a multiple of 4. */
  windows: i32;

  /** Output cells per input cell and side; powers of two. */
  factor: i32;
  factor1: i32;
  factor2: i32;
  factor3: i32;
  /** Whether coarser inputs of a sum are upsampled bilinearly. */
  smooth: i32;
  /** First lane of the output that a part of a concatenation goes to. */
  firstLane: i32;
  channels: i32;
  /** i32 for each input channel: its lane. */
  places: usize;
}

/** Input i of a call that joins maps. */
// @ts-ignore: decorator
@inline
export function inputOf(call: Call, i: i32): usize {
  return load<usize>(changetype<usize>(call) + (i << 2), offsetof<Call>('input'));
}

/** Factor of input i. */
// @ts-ignore: decorator
@inline
export function factorOf(call: Call, i: i32): i32 {
  return load<i32>(changetype<usize>(call) + (i << 2), offsetof<Call>('factor'));
}

// Convolution within groups of channels, 1×1 or 3×3, with bias: few output channels share an input, so each is a sum
// of dot products. One invocation computes 4 output channels, which may be of different groups, of one cell.
//
// Maps are [blocks][height][width] of vec4; every group of the input begins a block of its own. Weights are
// [output channels][taps][input blocks of a group] of vec4.
// The host declares THREADS and SIDE (1 or 3).

struct Shape {
  width: i32,
  height: i32,
  group_blocks: i32, // of the input
  group_outputs: i32,
  outputs: i32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

const PADDING = (SIDE - 1) / 2;
const TAPS = SIDE * SIDE;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  let cell = i32(id.x);
  if (cell >= cells) { return; }
  var sum = bias[id.z];
  for (var lane = 0; lane < 4; lane++) {
    let channel = i32(id.z) * 4 + lane;
    if (channel >= shape.outputs) { break; }
    let first = channel / shape.group_outputs * shape.group_blocks;
    for (var tap = 0; tap < TAPS; tap++) {
      let y = cell / shape.width + tap / SIDE - PADDING;
      let x = cell % shape.width + tap % SIDE - PADDING;
      if (y < 0 || y >= shape.height || x < 0 || x >= shape.width) { continue; }
      for (var block = 0; block < shape.group_blocks; block++) {
        sum[lane] += dot(
          input[(first + block) * cells + y * shape.width + x],
          weights[(channel * TAPS + tap) * shape.group_blocks + block]);
      }
    }
  }
  output[i32(id.z) * cells + cell] = sum;
}

// Mean of two to four maps of one shape: one invocation computes 4 channels of one cell.
// Maps are [blocks][height][width] of vec4.
// The host declares THREADS.

struct Shape {
  cells: u32, // height · width
  inputs: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input0: array<vec4f>;
@group(0) @binding(2) var<storage, read> input1: array<vec4f>;
@group(0) @binding(3) var<storage, read> input2: array<vec4f>;
@group(0) @binding(4) var<storage, read> input3: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let at = id.z * shape.cells + id.x;
  var sum = input0[at] + input1[at];
  if (shape.inputs > 2) { sum += input2[at]; }
  if (shape.inputs > 3) { sum += input3[at]; }
  output[at] = sum / f32(shape.inputs);
}

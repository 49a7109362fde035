// Mean or maximum of two to four maps of one shape: one invocation computes 4 channels of one cell.
// Maps are [blocks][height][width] of vec4.
// With common/joined-maps.wgsl. The host declares THREADS and MAXIMUM (0 or 1).

struct Shape {
  cells: u32, // height · width
  inputs: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let at = id.z * shape.cells + id.x;
  var joined = join(input0[at], input1[at]);
  if (shape.inputs > 2) { joined = join(joined, input2[at]); }
  if (shape.inputs > 3) { joined = join(joined, input3[at]); }
  output[at] = select(joined / f32(shape.inputs), joined, MAXIMUM == 1);
}

fn join(a: vec4f, b: vec4f) -> vec4f {
  return select(a + b, max(a, b), MAXIMUM == 1);
}

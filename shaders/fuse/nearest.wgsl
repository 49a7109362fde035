// ReLU of the sum of two to four maps, coarser ones repeated (nearest) up to the output's size: one
// invocation computes 4 channels of one cell. Maps are [blocks][height][width] of vec4.
// With common/joined-maps.wgsl and fuse/shape.wgsl. The host declares THREADS.

fn place(block: u32, cell: u32, shift: u32) -> u32 {
  let y = (cell / shape.width) >> shift;
  let x = (cell % shape.width) >> shift;
  return (block * (shape.height >> shift) + y) * (shape.width >> shift) + x;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  if (id.x >= cells) { return; }
  var sum = input0[place(id.z, id.x, shape.shifts.x)] + input1[place(id.z, id.x, shape.shifts.y)];
  if (shape.inputs > 2) { sum += input2[place(id.z, id.x, shape.shifts.z)]; }
  if (shape.inputs > 3) { sum += input3[place(id.z, id.x, shape.shifts.w)]; }
  output[id.z * cells + id.x] = max(sum, vec4f(0));
}

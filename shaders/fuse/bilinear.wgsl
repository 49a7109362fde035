// ReLU of the sum of two to four maps, coarser ones upsampled bilinearly (half-pixel centres) to the output's size: one
// invocation computes 4 channels of one cell. Maps are [blocks][height][width] of vec4.
// With common/joined-maps.wgsl and fuse/shape.wgsl. The host declares THREADS.

// The four cells of an input around a cell of the output.
struct Around {
  cells: vec4u, // of the upper row, then of the lower one
  far: vec2f, // parts of the second column and row
}

fn around(block: u32, cell: u32, shift: u32) -> Around {
  let size = vec2u(shape.width, shape.height) >> vec2u(shift);
  let position = vec2f(f32(cell % shape.width), f32(cell / shape.width));
  let place = max((position + 0.5) / f32(1u << shift) - 0.5, vec2f(0));
  let corner = vec2u(place);
  let next = min(corner + 1, size - 1);
  let rows = (block * size.y + vec2u(corner.y, next.y)) * size.x;
  return Around(
    vec4u(rows.x + corner.x, rows.x + next.x, rows.y + corner.x, rows.y + next.x),
    place - vec2f(corner));
}

fn mixed(nw: vec4f, ne: vec4f, sw: vec4f, se: vec4f, far: vec2f) -> vec4f {
  return mix(mix(nw, ne, far.x), mix(sw, se, far.x), far.y);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  if (id.x >= cells) { return; }
  let a = around(id.z, id.x, shape.shifts.x);
  var sum = mixed(input0[a.cells.x], input0[a.cells.y], input0[a.cells.z], input0[a.cells.w], a.far);
  let b = around(id.z, id.x, shape.shifts.y);
  sum += mixed(input1[b.cells.x], input1[b.cells.y], input1[b.cells.z], input1[b.cells.w], b.far);
  if (shape.inputs > 2) {
    let c = around(id.z, id.x, shape.shifts.z);
    sum += mixed(input2[c.cells.x], input2[c.cells.y], input2[c.cells.z], input2[c.cells.w], c.far);
  }
  if (shape.inputs > 3) {
    let d = around(id.z, id.x, shape.shifts.w);
    sum += mixed(input3[d.cells.x], input3[d.cells.y], input3[d.cells.z], input3[d.cells.w], d.far);
  }
  output[id.z * cells + id.x] = max(sum, vec4f(0));
}

// One part of a concatenation: a map, upsampled bilinearly (half-pixel centres) by a power of two,
// written behind the blocks of the parts before it. One invocation computes 4 channels of one cell.
// Maps are [blocks][height][width] of vec4.
// The host declares THREADS.

struct Shape {
  width: i32, // of the output
  height: i32,
  factor: i32,
  first_block: i32, // of this part in the output
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cell = i32(id.x);
  let cells = shape.width * shape.height;
  if (cell >= cells) { return; }
  let in_size = vec2i(shape.width, shape.height) / shape.factor;
  let position = vec2f(f32(cell % shape.width), f32(cell / shape.width));
  let place = max((position + 0.5) / f32(shape.factor) - 0.5, vec2f(0));
  let corner = vec2i(place);
  let next = min(corner + 1, in_size - 1);
  let far = place - vec2f(corner);
  let base = i32(id.z) * in_size.x * in_size.y;
  let above = mix(
    input[base + corner.y * in_size.x + corner.x],
    input[base + corner.y * in_size.x + next.x], far.x);
  let below = mix(
    input[base + next.y * in_size.x + corner.x],
    input[base + next.y * in_size.x + next.x], far.x);
  output[(shape.first_block + i32(id.z)) * cells + cell] = mix(above, below, far.y);
}

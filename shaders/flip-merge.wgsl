// Average of a run's map and the mirrored run's, columns mirrored back and channels swapped left to
// right: one invocation computes 4 channels of one cell. Maps are [blocks][height][width] of vec4.
// The host declares THREADS.

struct Shape {
  width: u32,
  height: u32,
}

// The mirrored run's channel for a channel, and +1, or -1 for x offsets, or 0 for padding.
struct Source {
  channel: u32,
  sign: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> plain: array<vec4f>;
@group(0) @binding(2) var<storage, read> mirrored: array<vec4f>;
@group(0) @binding(3) var<storage, read> sources: array<Source>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  if (id.x >= cells) { return; }
  let row = id.x / shape.width * shape.width;
  let opposite = row + shape.width - 1 - (id.x - row);
  var other: vec4f;
  for (var lane = 0u; lane < 4; lane++) {
    let source = sources[id.z * 4 + lane];
    other[lane] = source.sign * mirrored[source.channel / 4 * cells + opposite][source.channel % 4];
  }
  let at = id.z * cells + id.x;
  output[at] = 0.5 * (plain[at] + other);
}

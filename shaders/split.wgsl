// A map's channels in groups, each of which begins a block of its own: one invocation gathers 4 channels of one
// cell. Maps are [blocks][height][width] of vec4; lanes without a channel become 0.
// The host declares THREADS.

struct Shape {
  cells: u32, // height · width
  channels: u32, // of a group
  blocks: u32, // of a group
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let group = id.z / shape.blocks;
  let first = id.z % shape.blocks * 4;
  var gathered = vec4f(0);
  for (var lane = 0u; lane < 4 && first + lane < shape.channels; lane++) {
    let channel = group * shape.channels + first + lane;
    gathered[lane] = input[channel / 4 * shape.cells + id.x][channel % 4];
  }
  output[id.z * shape.cells + id.x] = gathered;
}

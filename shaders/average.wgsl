// One term of an average of maps (flip test, several scales, heatmaps of two sizes): some channels of a map, upsampled
// and, of a mirrored run, with columns mirrored back, are added to the terms before it; the last one divides the sum.
// One invocation computes 4 channels of one cell. Maps are [blocks][height][width] of vec4.
// With common/between-cells.wgsl. The host declares THREADS.

struct Shape {
  width: i32, // of the average
  height: i32,
  term_width: i32,
  term_height: i32,
  factor: i32, // cells of the average per cell of the term, along x and y
  mirrored: u32,
  first: u32, // whether it is the first term
  divisor: f32, // the number of terms if it is the last one, else 1
}

// The term's channel for a channel of the average, and +1, or -1 for x offsets, or 0 for lanes without a channel.
struct SignedChannel {
  channel: i32,
  sign: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> term: array<vec4f>;
@group(0) @binding(2) var<storage, read> channels: array<SignedChannel>;
@group(0) @binding(3) var<storage, read_write> average: array<vec4f>;

fn cell(channel: i32, x: i32, y: i32) -> f32 {
  let row = (channel / 4 * shape.term_height + min(y, shape.term_height - 1)) * shape.term_width;
  return term[row + min(x, shape.term_width - 1)][channel % 4];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  if (i32(id.x) >= cells) { return; }
  let y = i32(id.x) / shape.width;
  var x = i32(id.x) % shape.width;
  if (shape.mirrored != 0) { x = shape.width - 1 - x; }
  let at = i32(id.z) * cells + i32(id.x);
  var sum = vec4f(0);
  if (shape.first == 0) { sum = average[at]; }
  for (var lane = 0u; lane < 4; lane++) {
    let signed = channels[id.z * 4 + lane];
    if (signed.sign != 0) { sum[lane] += signed.sign * between_cells(signed.channel, x, y, shape.factor); }
  }
  average[at] = sum / shape.divisor;
}

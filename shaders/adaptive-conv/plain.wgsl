// Adaptive convolution (paper section 3): a 3×3 convolution whose taps are moved by the affine
// transform predicted at each position (common/adaptive-tap.wgsl). The sampling happens here, inside
// the convolution: no offsets and no sampled columns in memory. One invocation computes 16 output
// channels (four blocks) at one position.
//
// Maps are [blocks][height][width] of vec4; the transform is one block. Weights are
// [OUT_BLOCKS output blocks][tap][input block][OUT_BLOCKS] matrices whose columns are input channels.
// With common/adaptive-tap.wgsl and common/finish.wgsl. The host declares THREADS and OUT_BLOCKS.

const_assert OUT_BLOCKS == 4; // a, b, c, d

struct Shape {
  width: i32,
  height: i32,
  in_blocks: i32,
  out_blocks: i32,
  dilation: i32,
  relu: u32,
  has_shortcut: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> transforms: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<mat4x4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> shortcut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> output: array<vec4f>;

fn store(block: i32, cell: i32, sum: vec4f) {
  if (block < shape.out_blocks) { finish(block * shape.width * shape.height + cell, sum); }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  let cell = i32(id.x);
  if (cell >= cells) { return; }
  let q = place_of(cell);
  let transform = transforms[cell];
  let first_block = i32(id.z) * OUT_BLOCKS;

  var a = bias[first_block];
  var b = bias[first_block + 1];
  var c = bias[first_block + 2];
  var d = bias[first_block + 3];

  for (var number = 0; number < 9; number++) {
    let tap = tap_at(number, q, transform);
    if (!tap.inside) { continue; }
    let tap_weights = (i32(id.z) * 9 + number) * shape.in_blocks;
    for (var block = 0; block < shape.in_blocks; block++) {
      let base = block * cells;
      let sample = tap.weights.x * input[base + tap.cells.x] + tap.weights.y * input[base + tap.cells.y]
        + tap.weights.z * input[base + tap.cells.z] + tap.weights.w * input[base + tap.cells.w];
      let at = (tap_weights + block) * OUT_BLOCKS;
      a += weights[at] * sample;
      b += weights[at + 1] * sample;
      c += weights[at + 2] * sample;
      d += weights[at + 3] * sample;
    }
  }

  store(first_block, cell, a);
  store(first_block + 1, cell, b);
  store(first_block + 2, cell, c);
  store(first_block + 3, cell, d);
}

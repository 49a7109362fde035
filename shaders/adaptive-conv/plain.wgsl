// Adaptive convolution (paper section 3): a 3×3 convolution whose taps are moved by the affine
// transform predicted at each position (common/adaptive-tap.wgsl). The sampling happens here, inside
// the convolution: no offsets and no sampled columns in memory. One invocation computes 16 output
// channels (four blocks) of one group at one position.
//
// Weights are [group][OUT_BLOCKS output blocks][tap][input block of the group][OUT_BLOCKS] matrices whose columns are input channels.
// With common/adaptive-bindings.wgsl, common/adaptive-tap.wgsl and common/finish.wgsl. The host declares THREADS and OUT_BLOCKS.

const_assert OUT_BLOCKS == 4; // a, b, c, d

fn store(group: i32, block: i32, cell: i32, sum: vec4f) {
  if (block < shape.out_blocks) { finish((group * shape.out_blocks + block) * shape.width * shape.height + cell, sum); }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  let cell = i32(id.x);
  if (cell >= cells) { return; }
  let parts = (shape.out_blocks + OUT_BLOCKS - 1) / OUT_BLOCKS;
  let group = i32(id.z) / parts;
  let first_block = i32(id.z) % parts * OUT_BLOCKS;
  let transform = transforms[group * cells + cell];
  var q = place_of(cell);
  if (shape.has_translation != 0) {
    let pair = translations[group / 2 * cells + cell];
    q += select(pair.xy, pair.zw, group % 2 == 1);
  }

  let first_bias = i32(id.z) * OUT_BLOCKS;
  var a = bias[first_bias];
  var b = bias[first_bias + 1];
  var c = bias[first_bias + 2];
  var d = bias[first_bias + 3];

  for (var number = 0; number < 9; number++) {
    let tap = tap_at(number, q, transform);
    if (!tap.inside) { continue; }
    let tap_weights = (i32(id.z) * 9 + number) * shape.in_blocks;
    for (var block = 0; block < shape.in_blocks; block++) {
      let base = (group * shape.in_blocks + block) * cells;
      let sample = tap.weights.x * input[base + tap.cells.x] + tap.weights.y * input[base + tap.cells.y]
        + tap.weights.z * input[base + tap.cells.z] + tap.weights.w * input[base + tap.cells.w];
      let at = (tap_weights + block) * OUT_BLOCKS;
      a += weights[at] * sample;
      b += weights[at + 1] * sample;
      c += weights[at + 2] * sample;
      d += weights[at + 3] * sample;
    }
  }

  store(group, first_block, cell, a);
  store(group, first_block + 1, cell, b);
  store(group, first_block + 2, cell, c);
  store(group, first_block + 3, cell, d);
}

// Adaptive convolution (see plain.wgsl), for where loads cost as much as multiply-adds and threads are
// few, as on CPU drivers: one invocation computes 32 output channels (eight blocks) at two positions,
// half the map apart. A sample serves eight matrices, a matrix two positions.
//
// For one group and without translation. Weights are
// [OUT_BLOCKS output blocks][tap][input block][OUT_BLOCKS] matrices whose columns are input channels.
// With common/adaptive-bindings.wgsl, common/adaptive-tap.wgsl and common/finish.wgsl. The host declares THREADS, OUT_BLOCKS, POSITIONS.

const_assert OUT_BLOCKS == 8; // 0 to 7
const_assert POSITIONS == 2; // a and b

// Four channels of an input block at a tap's place.
fn sample(tap: Tap, base: i32) -> vec4f {
  return tap.weights.x * input[base + tap.cells.x] + tap.weights.y * input[base + tap.cells.y]
    + tap.weights.z * input[base + tap.cells.z] + tap.weights.w * input[base + tap.cells.w];
}

fn store(block: i32, cell: i32, sum: vec4f) {
  let cells = shape.width * shape.height;
  if (block < shape.out_blocks && cell < cells) { finish(block * cells + cell, sum); }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  let half = (cells + 1) / POSITIONS;
  let cell_a = i32(id.x);
  if (cell_a >= half) { return; }
  let cell_b = cell_a + half; // of an odd number of cells the last one has no partner
  let transform_a = transforms[cell_a];
  let transform_b = transforms[min(cell_b, cells - 1)];
  let first_block = i32(id.z) * OUT_BLOCKS;

  var a0 = bias[first_block];
  var a1 = bias[first_block + 1];
  var a2 = bias[first_block + 2];
  var a3 = bias[first_block + 3];
  var a4 = bias[first_block + 4];
  var a5 = bias[first_block + 5];
  var a6 = bias[first_block + 6];
  var a7 = bias[first_block + 7];
  var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3;
  var b4 = a4; var b5 = a5; var b6 = a6; var b7 = a7;

  for (var number = 0; number < 9; number++) {
    let tap_a = tap_at(number, place_of(cell_a), transform_a);
    let tap_b = tap_at(number, place_of(cell_b), transform_b);
    if (!(tap_a.inside || tap_b.inside)) { continue; }
    let tap_weights = (i32(id.z) * 9 + number) * shape.in_blocks;
    for (var block = 0; block < shape.in_blocks; block++) {
      let a = sample(tap_a, block * cells);
      let b = sample(tap_b, block * cells);
      let at = (tap_weights + block) * OUT_BLOCKS;
      let w0 = weights[at]; a0 += w0 * a; b0 += w0 * b;
      let w1 = weights[at + 1]; a1 += w1 * a; b1 += w1 * b;
      let w2 = weights[at + 2]; a2 += w2 * a; b2 += w2 * b;
      let w3 = weights[at + 3]; a3 += w3 * a; b3 += w3 * b;
      let w4 = weights[at + 4]; a4 += w4 * a; b4 += w4 * b;
      let w5 = weights[at + 5]; a5 += w5 * a; b5 += w5 * b;
      let w6 = weights[at + 6]; a6 += w6 * a; b6 += w6 * b;
      let w7 = weights[at + 7]; a7 += w7 * a; b7 += w7 * b;
    }
  }

  store(first_block, cell_a, a0); store(first_block, cell_b, b0);
  store(first_block + 1, cell_a, a1); store(first_block + 1, cell_b, b1);
  store(first_block + 2, cell_a, a2); store(first_block + 2, cell_b, b2);
  store(first_block + 3, cell_a, a3); store(first_block + 3, cell_b, b3);
  store(first_block + 4, cell_a, a4); store(first_block + 4, cell_b, b4);
  store(first_block + 5, cell_a, a5); store(first_block + 5, cell_b, b5);
  store(first_block + 6, cell_a, a6); store(first_block + 6, cell_b, b6);
  store(first_block + 7, cell_a, a7); store(first_block + 7, cell_b, b7);
}

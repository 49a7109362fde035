// Convolution, 1×1 or 3×3, with bias, shortcut and ReLU: one invocation computes 8 output channels
// (two blocks) of 4 neighbouring pixels of a row.
//
// Maps are [blocks][height][width] of vec4, four channels in a block. Weights are
// [OUT_BLOCKS output blocks][input block][tap][OUT_BLOCKS] matrices whose columns are input channels.
// With common/finish.wgsl. The host declares THREADS, OUT_BLOCKS, PIXELS, SIDE (1 or 3), STRIDE (1 or 2).

const_assert OUT_BLOCKS == 2; // a and b
const_assert PIXELS == 4; // 0 to 3

struct Shape {
  in_width: i32,
  in_height: i32,
  in_blocks: i32,
  out_width: i32,
  out_height: i32,
  out_blocks: i32,
  relu: u32,
  has_shortcut: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> shortcut: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4f>;

const PADDING = (SIDE - 1) / 2;
const TAPS = SIDE * SIDE;

// Column x of the row that starts at `row`; 0 outside the map.
fn pixel(row: i32, x: i32) -> vec4f {
  let inside = x >= 0 && x < shape.in_width;
  return select(vec4f(0), input[row + clamp(x, 0, shape.in_width - 1)], inside);
}

fn store(block: i32, y: i32, x: i32, sum: vec4f) {
  if (x >= shape.out_width || block >= shape.out_blocks) { return; }
  finish((block * shape.out_height + y) * shape.out_width + x, sum);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let spans = (shape.out_width + PIXELS - 1) / PIXELS;
  let y = i32(id.x) / spans;
  let x = (i32(id.x) % spans) * PIXELS;
  if (y >= shape.out_height) { return; }
  let first_block = i32(id.z) * OUT_BLOCKS;

  var a0 = bias[first_block];
  var b0 = bias[first_block + 1];
  var a1 = a0; var a2 = a0; var a3 = a0;
  var b1 = b0; var b2 = b0; var b3 = b0;

  let x_in = x * STRIDE - PADDING;
  for (var block = 0; block < shape.in_blocks; block++) {
    for (var ky = 0; ky < SIDE; ky++) {
      let y_in = y * STRIDE + ky - PADDING;
      if (y_in < 0 || y_in >= shape.in_height) { continue; }
      let row = (block * shape.in_height + y_in) * shape.in_width;
      for (var kx = 0; kx < SIDE; kx++) {
        let at = ((i32(id.z) * shape.in_blocks + block) * TAPS + ky * SIDE + kx) * OUT_BLOCKS;
        let a = weights[at];
        let b = weights[at + 1];
        let p0 = pixel(row, x_in + kx);
        let p1 = pixel(row, x_in + kx + STRIDE);
        let p2 = pixel(row, x_in + kx + 2 * STRIDE);
        let p3 = pixel(row, x_in + kx + 3 * STRIDE);
        a0 += a * p0; a1 += a * p1; a2 += a * p2; a3 += a * p3;
        b0 += b * p0; b1 += b * p1; b2 += b * p2; b3 += b * p3;
      }
    }
  }

  store(first_block, y, x, a0);
  store(first_block, y, x + 1, a1);
  store(first_block, y, x + 2, a2);
  store(first_block, y, x + 3, a3);
  store(first_block + 1, y, x, b0);
  store(first_block + 1, y, x + 1, b1);
  store(first_block + 1, y, x + 2, b2);
  store(first_block + 1, y, x + 3, b3);
}

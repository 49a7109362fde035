// Transposed convolution with a 4×4 kernel, stride 2 and padding 1, with bias and ReLU: an output cell reads the 2×2
// input cells around it. One invocation computes 8 output channels (two blocks) of one cell.
//
// Maps are [blocks][height][width] of vec4. Weights are [OUT_BLOCKS output blocks][input block][16 taps][OUT_BLOCKS]
// matrices whose columns are input channels. The host declares THREADS and OUT_BLOCKS.

const_assert OUT_BLOCKS == 2; // a and b

struct Shape {
  in_width: i32,
  in_height: i32,
  in_blocks: i32,
  out_blocks: i32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let width = shape.in_width * 2;
  let cells = width * shape.in_height * 2;
  let cell = i32(id.x);
  if (cell >= cells) { return; }
  let y = cell / width;
  let x = cell % width;
  let first_block = i32(id.z) * OUT_BLOCKS;
  var a = bias[first_block];
  var b = bias[first_block + 1];
  for (var i = 0; i < 4; i++) {
    // Input cell (column, row) adds kernel tap t to output cell 2 · row + t - 1.
    let row = (y + 1) / 2 - i / 2;
    let column = (x + 1) / 2 - i % 2;
    if (row < 0 || row >= shape.in_height || column < 0 || column >= shape.in_width) { continue; }
    let tap = (y + 1 - 2 * row) * 4 + x + 1 - 2 * column;
    for (var block = 0; block < shape.in_blocks; block++) {
      let value = input[(block * shape.in_height + row) * shape.in_width + column];
      let at = ((i32(id.z) * shape.in_blocks + block) * 16 + tap) * OUT_BLOCKS;
      a += weights[at] * value;
      b += weights[at + 1] * value;
    }
  }
  output[first_block * cells + cell] = max(a, vec4f(0));
  if (first_block + 1 < shape.out_blocks) { output[(first_block + 1) * cells + cell] = max(b, vec4f(0)); }
}

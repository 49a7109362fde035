// Adaptive convolution (paper section 3): a 3×3 convolution whose taps are moved by the affine
// transform predicted at each position. Tap g reads x at q + T(q)·g + (dilation - 1)·g, bilinearly,
// with 0 for each neighbour outside the map. The sampling happens here, inside the convolution: no
// offsets and no sampled columns in memory. One invocation computes 16 output channels (four
// blocks) at one position.
//
// Maps are [blocks][height][width] of vec4; the transform is one block, T row-major over (row y,
// row x). Weights are [four output blocks][tap][input block][4] matrices whose columns are input channels.

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
  if (block >= shape.out_blocks) { return; }
  let at = block * shape.width * shape.height + cell;
  var value = sum;
  if (shape.has_shortcut != 0) { value += shortcut[at]; }
  if (shape.relu != 0) { value = max(value, vec4f(0)); }
  output[at] = value;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cells = shape.width * shape.height;
  let cell = i32(id.x);
  if (cell >= cells) { return; }
  let q = vec2f(f32(cell / shape.width), f32(cell % shape.width)); // (y, x)
  let t = transforms[cell];
  let first_block = i32(id.z) * 4;

  var a = bias[first_block];
  var b = bias[first_block + 1];
  var c = bias[first_block + 2];
  var d = bias[first_block + 3];

  let last = vec2f(f32(shape.height - 1), f32(shape.width - 1));
  for (var tap = 0; tap < 9; tap++) {
    let g = vec2f(f32(tap / 3 - 1), f32(tap % 3 - 1));
    let place = q + vec2f(dot(t.xy, g), dot(t.zw, g)) + f32(shape.dilation - 1) * g;
    // Nothing is read beyond one cell around the map, and a place that is NaN counts as outside.
    if (!(all(place > vec2f(-1)) && all(place < last + vec2f(1)))) { continue; }
    let corner = floor(place);
    let near = 1 - (place - corner);
    let far = place - corner;
    // (y, x) weights of the two rows and columns; 0 for those outside.
    let first = select(vec2f(0), near, corner >= vec2f(0));
    let second = select(vec2f(0), far, corner + vec2f(1) <= last);
    let y0 = i32(max(corner.x, 0)) * shape.width;
    let y1 = i32(min(corner.x + 1, last.x)) * shape.width;
    let x0 = i32(max(corner.y, 0));
    let x1 = i32(min(corner.y + 1, last.y));
    let w00 = first.x * first.y;
    let w01 = first.x * second.y;
    let w10 = second.x * first.y;
    let w11 = second.x * second.y;
    let tap_weights = (i32(id.z) * 9 + tap) * shape.in_blocks;
    for (var block = 0; block < shape.in_blocks; block++) {
      let base = block * cells;
      let sample = w00 * input[base + y0 + x0] + w01 * input[base + y0 + x1]
        + w10 * input[base + y1 + x0] + w11 * input[base + y1 + x1];
      let at = (tap_weights + block) * 4;
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

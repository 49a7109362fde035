// What every variant of the adaptive convolution binds. Maps are [blocks][height][width] of vec4, each group of channels
// in blocks of its own; transforms are one block for each group, translations half of one.
struct Shape {
  width: i32,
  height: i32,
  in_blocks: i32, // of a group
  out_blocks: i32, // of a group
  dilation: i32,
  relu: u32,
  has_shortcut: u32,
  has_translation: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> transforms: array<vec4f>;
@group(0) @binding(3) var<storage, read> weights: array<mat4x4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> shortcut: array<vec4f>;
@group(0) @binding(6) var<storage, read> translations: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> output: array<vec4f>;

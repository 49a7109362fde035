// The uniforms of both ways to fuse.
struct Shape {
  width: u32,
  height: u32,
  inputs: u32,
  // log2 of the size ratio of each input.
  shifts: vec4u,
}

@group(0) @binding(0) var<uniform> shape: Shape;

// Frame to network input: resampled bilinearly at pixel indices, black outside the frame, RGB
// normalised by ImageNet's mean and deviation. One invocation computes one pixel of the input, whose
// layout is [height][width] of vec4 with 0 in the fourth place.
//
// With frame-texture.wgsl or frame-external.wgsl of common/, which say where the frame lies. The host declares TILE.

struct Shape {
  width: u32, // of the input
  height: u32,
  // 1: the mirrored input of the flip test, shifted left by `shift` pixels.
  mirrored: u32,
  shift: u32,
  // frame pixel = step · input pixel + start, along x and y
  step: vec2f,
  start: vec2f,
  mean: vec3f,
  deviation: vec3f,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(2) var frame: FrameTexture;

fn pixel(place: vec2i) -> vec3f {
  let size = vec2i(textureDimensions(frame));
  let inside = all(place >= vec2i(0)) && all(place < size);
  return select(vec3f(0), load_frame(clamp(place, vec2i(0), size - 1)), inside);
}

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.width || id.y >= shape.height) { return; }
  var column = id.x;
  var beyond = false;
  if (shape.mirrored != 0) {
    beyond = id.x + shape.shift >= shape.width;
    column = shape.width - 1 - min(id.x + shape.shift, shape.width - 1);
  }
  let place = shape.step * vec2f(f32(column), f32(id.y)) + shape.start;
  let corner = vec2i(floor(place));
  let far = place - floor(place);
  let above = mix(pixel(corner), pixel(corner + vec2i(1, 0)), far.x);
  let below = mix(pixel(corner + vec2i(0, 1)), pixel(corner + vec2i(1, 1)), far.x);
  let color = (mix(above, below, far.y) - shape.mean) / shape.deviation;
  output[id.y * shape.width + id.x] = select(vec4f(color, 0), vec4f(0), beyond);
}

// Where a tap of an adaptive convolution (paper section 3) reads: at q + T(q)·g + (dilation - 1)·g,
// bilinearly, with 0 for each neighbour outside the map. The shader declares shape.width,
// shape.height and shape.dilation.

struct Tap {
  inside: bool, // whether any of the four cells is
  weights: vec4f, // of the four cells around the place; 0 for those outside
  cells: vec4i, // where they lie in a block
}

// q as (row, column); the transform row-major over (row, column); taps 0 to 8.
fn tap_at(tap: i32, q: vec2f, transform: vec4f) -> Tap {
  let g = vec2f(f32(tap / 3 - 1), f32(tap % 3 - 1));
  let place = q + vec2f(dot(transform.xy, g), dot(transform.zw, g)) + f32(shape.dilation - 1) * g;
  let last = vec2f(f32(shape.height - 1), f32(shape.width - 1));
  // Nothing is read beyond one cell around the map, and a place that is NaN counts as outside.
  if (!(all(place > vec2f(-1)) && all(place < last + vec2f(1)))) {
    return Tap(false, vec4f(0), vec4i(0));
  }
  let corner = floor(place);
  let far = place - corner;
  // (row, column) weights of the two rows and columns.
  let first = select(vec2f(0), 1 - far, corner >= vec2f(0));
  let second = select(vec2f(0), far, corner + vec2f(1) <= last);
  let y0 = i32(max(corner.x, 0)) * shape.width;
  let y1 = i32(min(corner.x + 1, last.x)) * shape.width;
  let x0 = i32(max(corner.y, 0));
  let x1 = i32(min(corner.y + 1, last.y));
  return Tap(
    true,
    vec4f(first.x * first.y, first.x * second.y, second.x * first.y, second.x * second.y),
    vec4i(y0 + x0, y0 + x1, y1 + x0, y1 + x1));
}

fn place_of(cell: i32) -> vec2f {
  return vec2f(f32(cell / shape.width), f32(cell % shape.width));
}

// What decoding reads of the maps besides the candidates themselves. One invocation serves one
// candidate rank of one keypoint type, for the centers of one scale:
// - the keypoint regressed at the center of that rank, in pixels of scale 1's input: (cell - offset) · pixels per cell;
// - SIDE×SIDE heatmap cells around it (clamped into the input and rounded), and, once for all scales, around the type's
//   peak of that rank: enough to interpolate the heatmap within 6 pixels.
//
// Both are some channels of maps [blocks][height][width] of vec4: heatmaps [K], each cell RATIO pixels
// wide, and offsets [2K] (x0, y0, x1, y1, ...), whose cells may hold several of the center map's.
// With common/candidate.wgsl. The host declares THREADS, KEPT, RATIO, SIDE.

struct Shape {
  width: i32, // of the heatmaps
  height: i32,
  first: i32, // channel of the first heatmap
  center_width: u32,
  coarser: u32, // cells of the center map per cell of the offset map, along x and y
  offset_width: u32,
  offset_height: u32,
  first_offset: u32,
  keypoints: u32,
  scale: u32, // number of the scale: the centers' list is the one of number keypoints + scale
  pixels: f32, // per cell of the offset map
  sign: f32, // of offsets: 1 if they are subtracted, -1 if they are added
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> heatmaps: array<vec4f>;
@group(0) @binding(2) var<storage, read> offset_map: array<vec4f>;
@group(0) @binding(3) var<storage, read> counts: array<u32>; // [lists]
@group(0) @binding(4) var<storage, read> best: array<Candidate>; // [lists][KEPT]
@group(0) @binding(5) var<storage, read_write> regressed: array<vec2f>; // [scales][KEPT][K]
// [1 + scales][KEPT][K][SIDE²]: at peaks, then at each scale's regressed keypoints.
@group(0) @binding(6) var<storage, read_write> windows: array<f32>;

const REACH = 6;

fn offset_at(axis: u32, cell: u32) -> f32 {
  let channel = shape.first_offset + axis;
  return offset_map[channel / 4 * shape.offset_width * shape.offset_height + cell][channel % 4];
}

// Copies the cells around an input pixel; beyond the map's edge the last ones repeat.
fn copy_window(keypoint: u32, pixel: vec2i, to: u32) {
  // Floor of a quotient that may be negative.
  let first = (pixel - REACH + REACH * RATIO) / RATIO - REACH;
  let last = vec2i(shape.width, shape.height) - 1;
  for (var i = 0; i < SIDE * SIDE; i++) {
    let cell = clamp(first + vec2i(i % SIDE, i / SIDE), vec2i(0), last);
    let channel = shape.first + i32(keypoint);
    let at = (channel / 4 * shape.height + cell.y) * shape.width + cell.x;
    windows[to + u32(i)] = heatmaps[at][channel % 4];
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= KEPT * shape.keypoints) { return; }
  let rank = id.x / shape.keypoints;
  let keypoint = id.x % shape.keypoints;
  let size = SIDE * SIDE;

  if (shape.scale == 0 && rank < counts[keypoint]) {
    let index = i32(best[keypoint * KEPT + rank].index);
    let input_width = shape.width * RATIO;
    copy_window(keypoint, vec2i(index % input_width, index / input_width), id.x * u32(size));
  }
  let list = shape.keypoints + shape.scale;
  if (rank < counts[list]) {
    let center = best[list * KEPT + rank].index;
    let x = center % shape.center_width / shape.coarser;
    let y = center / shape.center_width / shape.coarser;
    let cell = y * shape.offset_width + x;
    let offset = vec2f(offset_at(2 * keypoint, cell), offset_at(2 * keypoint + 1, cell));
    let place = (vec2f(f32(x), f32(y)) - shape.sign * offset) * shape.pixels;
    let person = shape.scale * KEPT * shape.keypoints + id.x;
    regressed[person] = place;
    let last = vec2f(f32(shape.width * RATIO - 1), f32(shape.height * RATIO - 1));
    let pixel = vec2i(floor(clamp(place, vec2f(0), last) + 0.5));
    copy_window(keypoint, pixel, (KEPT * shape.keypoints + person) * u32(size));
  }
}

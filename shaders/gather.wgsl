// What decoding reads of the maps besides the candidates themselves. One invocation serves one
// candidate rank of one keypoint type:
// - the keypoint regressed at the center of that rank, in input pixels: (cell - offset) · OFFSET_RATIO;
// - SIDE×SIDE heatmap cells around it (clamped into the input and rounded), and around the type's peak of
//   that rank: enough to interpolate the heatmap within 6 pixels.
//
// Both are some channels of maps [blocks][height][width] of vec4: heatmaps [K], each cell RATIO pixels
// wide, and offsets [2K] (x0, y0, x1, y1, ...), OFFSET_RATIO pixels.
// With common/candidate.wgsl. The host declares THREADS, KEPT, RATIO, SIDE, OFFSET_RATIO.

struct Shape {
  width: i32, // of the heatmaps
  height: i32,
  first: i32, // channel of the first heatmap
  offset_width: u32,
  offset_height: u32,
  first_offset: u32,
  keypoints: u32,
  sign: i32, // of offsets: 1 if they are subtracted, -1 if they are added
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> heatmaps: array<vec4f>;
@group(0) @binding(2) var<storage, read> offset_map: array<vec4f>;
@group(0) @binding(3) var<storage, read> counts: array<u32>; // [K + 1], the centers' last
@group(0) @binding(4) var<storage, read> best: array<Candidate>; // [K + 1][KEPT]
@group(0) @binding(5) var<storage, read_write> regressed: array<vec2f>; // [KEPT][K]
@group(0) @binding(6) var<storage, read_write> windows: array<f32>; // [2][KEPT][K][SIDE²]: at peaks, at regressed keypoints

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

  if (rank < counts[keypoint]) {
    let index = i32(best[keypoint * KEPT + rank].index);
    let input_width = shape.width * RATIO;
    copy_window(keypoint, vec2i(index % input_width, index / input_width), id.x * u32(size));
  }
  if (rank < counts[shape.keypoints]) {
    let cell = best[shape.keypoints * KEPT + rank].index;
    let width = shape.offset_width;
    let offset = vec2f(offset_at(2 * keypoint, cell), offset_at(2 * keypoint + 1, cell));
    let place = (vec2f(f32(cell % width), f32(cell / width)) - f32(shape.sign) * offset) * f32(OFFSET_RATIO);
    regressed[id.x] = place;
    let last = vec2f(f32(shape.width * RATIO - 1), f32(shape.height * RATIO - 1));
    let pixel = vec2i(floor(clamp(place, vec2f(0), last) + 0.5));
    copy_window(keypoint, pixel, (KEPT * shape.keypoints + id.x) * u32(size));
  }
}

// Keypoint candidates (reference section 3.6): pixels of the heatmaps, upsampled to the input's size,
// that equal the maximum of their 5×5 window and exceed the threshold. One invocation looks at the
// pixels between four cells of one heatmap, and at none of them where all four cells are low:
// interpolation exceeds none of its cells, and heatmaps are low nearly everywhere.
//
// Heatmaps are some channels of a map [blocks][height][width] of vec4, each cell RATIO pixels wide.
// Every type has a list of at most LIST_LENGTH candidates, in no order; its count may exceed that,
// which the host must check.
// With common/candidate.wgsl and common/between-cells.wgsl. The host declares TILE, LIST_LENGTH, RATIO.

struct Shape {
  width: i32, // of the maps
  height: i32,
  first: i32, // channel of the first heatmap
  threshold: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> heatmaps: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> candidates: array<Candidate>;

const RADIUS = 2;

fn cell(keypoint: i32, x: i32, y: i32) -> f32 {
  let channel = shape.first + keypoint;
  let row = (channel / 4 * shape.height + min(y, shape.height - 1)) * shape.width;
  return heatmaps[row + min(x, shape.width - 1)][channel % 4];
}

// Value at an input pixel.
fn heat(keypoint: i32, x: i32, y: i32) -> f32 { return between_cells(keypoint, x, y, RATIO); }

fn is_window_maximum(keypoint: i32, x: i32, y: i32, value: f32) -> bool {
  let x1 = min(x + RADIUS, shape.width * RATIO - 1);
  let y1 = min(y + RADIUS, shape.height * RATIO - 1);
  for (var row = max(y - RADIUS, 0); row <= y1; row++) {
    for (var column = max(x - RADIUS, 0); column <= x1; column++) {
      if (heat(keypoint, column, row) > value) { return false; }
    }
  }
  return true;
}

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let corner = vec2i(id.xy);
  if (corner.x >= shape.width || corner.y >= shape.height) { return; }
  let keypoint = i32(id.z);
  let highest = max(
    max(cell(keypoint, corner.x, corner.y), cell(keypoint, corner.x + 1, corner.y)),
    max(cell(keypoint, corner.x, corner.y + 1), cell(keypoint, corner.x + 1, corner.y + 1)));
  if (!(highest > shape.threshold)) { return; }
  for (var i = 0; i < RATIO * RATIO; i++) {
    let x = corner.x * RATIO + i % RATIO;
    let y = corner.y * RATIO + i / RATIO;
    let value = heat(keypoint, x, y);
    if (!(value > shape.threshold) || !is_window_maximum(keypoint, x, y, value)) { continue; }
    let place = atomicAdd(&counts[id.z], 1u);
    if (place < LIST_LENGTH) {
      candidates[id.z * LIST_LENGTH + place] = Candidate(u32(y * shape.width * RATIO + x), value);
    }
  }
}

// Center candidates (reference section 3.4): cells of the center heatmap that equal the maximum of
// their window and exceed a threshold. One invocation looks at one cell.
//
// The center heatmap is one channel of a map [blocks][height][width] of vec4. The candidates' list
// is like those of peaks.wgsl: at most LIST_LENGTH, in no order, the count may exceed that.
// With common/candidate.wgsl. The host declares THREADS, LIST_LENGTH.

struct Shape {
  width: i32,
  height: i32,
  channel: i32,
  radius: i32, // of the window
  list: u32, // number of the list
  own: u32, // places among the counts of the highest values of this map and of scale 1's (highest.wgsl), ...
  reference: u32,
  relative: u32, // ... by which the threshold is scaled, if this is 1
  threshold: f32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> center_map: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> candidates: array<Candidate>;

// Nothing exceeds the threshold of a map where a highest value is missing: it is not positive.
fn is_high(value: f32) -> bool {
  if (shape.relative == 0) { return value > shape.threshold; }
  let own = bitcast<f32>(atomicLoad(&counts[shape.own]));
  let reference = bitcast<f32>(atomicLoad(&counts[shape.reference]));
  return reference > 0 && own > 0 && value > shape.threshold * own / reference;
}

fn value_at(cell: i32) -> f32 {
  return center_map[shape.channel / 4 * shape.width * shape.height + cell][shape.channel % 4];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let cell = i32(id.x);
  if (cell >= shape.width * shape.height) { return; }
  let value = value_at(cell);
  if (!is_high(value)) { return; }
  let x = cell % shape.width;
  let y = cell / shape.width;
  let x1 = min(x + shape.radius, shape.width - 1);
  let y1 = min(y + shape.radius, shape.height - 1);
  for (var row = max(y - shape.radius, 0); row <= y1; row++) {
    for (var column = max(x - shape.radius, 0); column <= x1; column++) {
      if (value_at(row * shape.width + column) > value) { return; }
    }
  }
  let place = atomicAdd(&counts[shape.list], 1u);
  if (place < LIST_LENGTH) {
    candidates[shape.list * LIST_LENGTH + place] = Candidate(id.x, value);
  }
}

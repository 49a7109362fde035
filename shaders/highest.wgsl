// The highest value of a center map, if it is positive: other scales' centers are measured by it (reference section
// 3.4). One invocation looks at one cell. Positive floats are ordered as their bits are.
// The host declares THREADS.

struct Shape {
  cells: u32,
  channel: u32,
  place: u32, // where among the counts the result goes, which is 0 before
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> center_map: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let value = center_map[shape.channel / 4 * shape.cells + id.x][shape.channel % 4];
  if (value > 0) { atomicMax(&counts[shape.place], bitcast<u32>(value)); }
}

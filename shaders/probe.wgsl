// Multiply-adds and nothing else: one invocation does 4 · STEPS of them. Tells a graphics chip from
// a CPU that stands in for one. The host declares THREADS, STEPS.

@group(0) @binding(0) var<storage, read_write> results: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  var sum = vec4<f32>(f32(group.x), f32(index), 0.5, 0.25);
  for (var i = 0; i < STEPS; i++) { sum = fma(sum, vec4<f32>(0.999), vec4<f32>(0.001)); }
  // All write the same few places: the result must be used, or the loop is left out.
  results[index] = sum;
}

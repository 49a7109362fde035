// The best KEPT candidates of every list, best first, of equal ones the lower index: an invocation
// takes candidates of one list and counts the better ones, which is the candidate's rank. The result
// does not depend on the order in which the candidates were found.
// With common/candidate.wgsl. The host declares THREADS, LIST_LENGTH, KEPT.

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read> candidates: array<Candidate>; // [lists][LIST_LENGTH]
@group(0) @binding(2) var<storage, read_write> best: array<Candidate>; // [lists][KEPT]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let count = min(counts[group.x], LIST_LENGTH);
  let first = group.x * LIST_LENGTH;
  for (var i = local.x; i < count; i += THREADS) {
    let mine = candidates[first + i];
    var rank = 0u;
    for (var j = 0u; j < count; j++) {
      let other = candidates[first + j];
      let better = other.score > mine.score || (other.score == mine.score && other.index < mine.index);
      rank += u32(better);
    }
    if (rank < KEPT) { best[group.x * KEPT + rank] = mine; }
  }
}

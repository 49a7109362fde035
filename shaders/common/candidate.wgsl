// A local maximum that may be a keypoint or a center.
struct Candidate {
  index: u32, // row · width + column, of the input for keypoints, of the map for centers
  score: f32,
}

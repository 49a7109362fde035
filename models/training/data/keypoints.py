"""COCO's 17 keypoints: order, left/right exchange, visibility flags."""

NAMES = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)
COUNT = len(NAMES)

# FLIP[i] is the keypoint that keypoint i becomes when the image is mirrored.
FLIP = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]

# Limbs as pairs of keypoints, for drawing.
LIMBS = (
    (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10),
    (5, 11), (6, 12), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16),
)

# The third number of a keypoint. 0 to 2 are COCO's; UNKNOWN is ours: somebody may have that joint there, nobody said.
UNKNOWN, NOT_LABELLED, OCCLUDED, VISIBLE = -1, 0, 1, 2

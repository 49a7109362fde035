"""Keypoint sets: how many, and which ones a mirror exchanges (left first, as everywhere in the project)."""

COCO = 17
"""Nose, then left/right eye, ear, shoulder, elbow, wrist, hip, knee, ankle."""
CROWDPOSE = 14
"""Left/right shoulder, elbow, wrist, hip, knee, ankle; head, neck."""

_MIRRORED = {
    COCO: (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15),
    CROWDPOSE: (1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 12, 13),
}


def mirrored_order(keypoints: int) -> list[int]:
    """Index of the keypoint that keypoint k of a mirrored picture was before."""
    return list(_MIRRORED[keypoints])

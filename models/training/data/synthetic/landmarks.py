"""COCO's 17 keypoints on the body: joints, and places on the face."""
import os

import cv2
import numpy as np

from .. import keypoints as kp
from .renderer import skin_vertices

# The bones whose beginnings are COCO's joints.
JOINT_BONES = {"shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist", "hip": "upperleg01", "knee": "lowerleg01",
               "ankle": "foot"}

# How far in front of a joint, in metres on a body of 1.67 m, its skin and clothes may be: joints are inside the body,
# and count as visible when their surface is. The face's keypoints are on the skin.
SURFACE = {"nose": 0.02, "eye": 0.022, "ear": 0.03, "shoulder": 0.112, "elbow": 0.077, "wrist": 0.062, "hip": 0.157,
           "knee": 0.102, "ankle": 0.082}
TOLERANCE = np.array([SURFACE[name.split("_")[-1]] for name in kp.NAMES])
STANDARD_HEIGHT = 1.67

# Pupils, ears: how far in front of an eyeball's centre the pupil is, in radii.
PUPIL = 0.8


class Landmarks:
    """Finds the face's keypoints in the template; nose: a vertex; ears, eyes {side: vertex, vertices}."""

    def __init__(self, human):
        self.index = human.index
        body = human.vertices[:human.body_count]
        # The tip of the nose: the foremost vertex between the eyes and the mouth.
        middle = np.flatnonzero((np.abs(body[:, 0]) < 0.012) & (body[:, 1] > 0.66) & (body[:, 1] < 0.73))
        self.nose = int(middle[np.argmax(body[middle, 2])])
        self.eyes = {"L": np.unique(human.group("helper-l-eye")[0]), "R": np.unique(human.group("helper-r-eye")[0])}
        eye = human.vertices[self.eyes["L"]]
        self.eye_center = eye.mean(0)  # the left one's
        self.ears = self._ears(human, body)

    def _ears(self, human, body):
        """The vertex at the front of each ear's middle, where annotators put the keypoint."""
        mask = cv2.imread(os.path.join(human.folder, "textures", "mpfb_ears.jpg"), cv2.IMREAD_GRAYSCALE)
        if mask is None:
            raise ValueError(f"{human.folder}/textures/mpfb_ears.jpg cannot be read")
        triangles, uv_triangles = human.group("body")
        uv = np.full((len(human.vertices), 2), -1, np.float32)
        uv[triangles.ravel()] = human.uvs[uv_triangles.ravel()]
        column = (uv[:len(body), 0] * mask.shape[1]).astype(int).clip(0, mask.shape[1] - 1)
        row = ((1 - uv[:len(body), 1]) * mask.shape[0]).astype(int).clip(0, mask.shape[0] - 1)
        is_ear = (mask[row, column] > 100) & (uv[:len(body), 0] >= 0)
        ears = {}
        for side, sign in (("L", 1), ("R", -1)):
            own = np.flatnonzero(is_ear & (body[:, 0] * sign > 0.04))
            points = body[own]
            depth = points[:, 2].max() - points[:, 2].min()
            wanted = [np.percentile(points[:, 0] * sign, 60) * sign, points[:, 1].mean() - 0.004, points[:, 2].max() - 0.25 * depth]
            ears[side] = int(own[np.argmin(((points - wanted) ** 2).sum(1))])
        return ears

    def keypoints(self, human, body, rotations, positions, matrices):
        """float [17, 3] in the world, of a posed body: bones' global rotations, positions and matrices."""
        points = np.zeros((kp.COUNT, 3))
        on_skin = [self.nose, self.ears["L"], self.ears["R"]]
        skinned = skin_vertices(np.ascontiguousarray(body.vertices[on_skin]), human.bone_index[on_skin],
                                human.bone_weight[on_skin], matrices)
        for name, point in zip(("nose", "left_ear", "right_ear"), skinned):
            points[kp.NAMES.index(name)] = point
        head = self.index["head"]
        for name, side in (("left_eye", "L"), ("right_eye", "R")):
            eye = body.vertices[self.eyes[side]]
            pupil = eye.mean(0) + [0, 0, PUPIL * (eye[:, 2].max() - eye[:, 2].min()) / 2]
            points[kp.NAMES.index(name)] = rotations[head] @ (pupil - body.joints[head]) + positions[head]
        for joint, bone in JOINT_BONES.items():
            for name, side in (("left", "L"), ("right", "R")):
                points[kp.NAMES.index(f"{name}_{joint}")] = positions[self.index[f"{bone}.{side}"]]
        return points


def visibility(points, pixels, depth, body_height=STANDARD_HEIGHT):
    """v of each keypoint: 0 outside the picture, 1 behind something else, 2 visible.

    points: [17, 3] in the camera's frame; pixels: [17, 2] in the picture, edges being whole numbers;
    depth: [height, width], 1 / z of the nearest surface, 0 where nothing is."""
    height, width = depth.shape
    tolerance = TOLERANCE * body_height / STANDARD_HEIGHT
    flags = np.zeros(len(points), int)
    for i, ((x, y), z) in enumerate(zip(pixels, points[:, 2])):
        if z < 0.1 or not (0 <= x < width and 0 <= y < height):
            flags[i] = kp.NOT_LABELLED
            continue
        inverse = depth[int(y), int(x)]
        hidden = inverse > 0 and 1 / inverse < z - tolerance[i]
        flags[i] = kp.OCCLUDED if hidden else kp.VISIBLE
    return flags

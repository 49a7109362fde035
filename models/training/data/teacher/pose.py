"""Finds the keypoints of one person at a time: PP-TinyPose 256x192 on crops, with flip test."""
import cv2
import numpy as np

from .. import keypoints as kp

INPUT_WIDTH, INPUT_HEIGHT = 192, 256
HEATMAP_WIDTH, HEATMAP_HEIGHT = 48, 64
MEAN_RGB = np.array([123.675, 116.28, 103.53], np.float32)
STD_RGB = np.array([58.395, 57.12, 57.375], np.float32)
MARGIN = 1.25  # the crop is so much larger than the box
BATCH = 8


def crop(image, box):
    """(crop uint8 [256, 192, 3], region): the box, widened to 3:4 and by the margin.
    region: left, top, width, height of the crop in the photo."""
    width, height = box[2] - box[0], box[3] - box[1]
    center_x, center_y = box[0] + width / 2, box[1] + height / 2
    aspect = INPUT_WIDTH / INPUT_HEIGHT
    width, height = max(width, height * aspect) * MARGIN, max(height, width / aspect) * MARGIN
    left, top = center_x - width / 2, center_y - height / 2
    scale_x, scale_y = INPUT_WIDTH / width, INPUT_HEIGHT / height
    to_crop = np.array([[scale_x, 0, -left * scale_x], [0, scale_y, -top * scale_y]], np.float32)
    return cv2.warpAffine(image, to_crop, (INPUT_WIDTH, INPUT_HEIGHT), flags=cv2.INTER_LINEAR), (left, top, width, height)


def merge_flipped(heatmaps, flipped):
    """Mean of the heatmaps [n, 17, h, w] and those of the mirrored crops, mirrored back with left and right exchanged.
    The mirrored ones come out one cell to the left, because cells are not aligned by their centres."""
    back = flipped[:, kp.FLIP, :, ::-1]
    shifted = back.copy()
    shifted[..., 1:] = back[..., :-1]
    return (heatmaps + shifted) / 2


def decode(heatmaps):
    """Keypoints float [17, 3] (x, y in heatmap cells, score) of heatmaps [17, h, w].

    The maximum is refined by one Newton step on the logarithm of the smoothed heatmap, which is a parabola where the
    heatmap is a Gaussian (Zhang et al., Distribution-aware coordinate representation, CVPR 2020)."""
    count, height, width = heatmaps.shape
    points = np.zeros((count, 3))
    for index, heatmap in enumerate(heatmaps):
        y, x = divmod(int(heatmap.argmax()), width)
        points[index] = x, y, heatmap[y, x]
        if 1 < x < width - 2 and 1 < y < height - 2:
            # Smoothed before it is cut out: the patch's own border would bend the parabola.
            smooth = cv2.GaussianBlur(heatmap, (3, 3), 0)
            points[index, :2] += newton_step(smooth[y - 2:y + 3, x - 2:x + 3])
    return points


def newton_step(patch):
    """(dx, dy) from the middle of a [5, 5] patch to its peak; 0, 0 where the patch has no peak of that kind."""
    log = np.log(np.maximum(patch, 1e-10))
    dx = 0.5 * (log[2, 3] - log[2, 1])
    dy = 0.5 * (log[3, 2] - log[1, 2])
    dxx = 0.25 * (log[2, 4] - 2 * log[2, 2] + log[2, 0])
    dyy = 0.25 * (log[4, 2] - 2 * log[2, 2] + log[0, 2])
    dxy = 0.25 * (log[3, 3] - log[1, 3] - log[3, 1] + log[1, 1])
    determinant = dxx * dyy - dxy * dxy
    if abs(determinant) <= 1e-9:
        return 0.0, 0.0
    step_x = -(dyy * dx - dxy * dy) / determinant
    step_y = -(dxx * dy - dxy * dx) / determinant
    return (step_x, step_y) if abs(step_x) < 2 and abs(step_y) < 2 else (0.0, 0.0)


def to_photo(points, region):
    """Keypoints in heatmap cells to the photo's pixels."""
    left, top, width, height = region
    return points * [width / HEATMAP_WIDTH, height / HEATMAP_HEIGHT, 1] + [left, top, 0]


class PoseNet:
    """session: the converted PP-TinyPose in ONNX Runtime, or anything else with its run() and get_inputs()."""

    def __init__(self, session):
        self.session = session
        self.input = session.get_inputs()[0].name

    def heatmaps(self, crops):
        """float [n, 17, 64, 48] of crops (uint8 BGR)."""
        normal = (np.stack(crops)[..., ::-1].astype(np.float32) - MEAN_RGB) / STD_RGB
        normal = np.ascontiguousarray(normal.transpose(0, 3, 1, 2))
        batches = [normal[i:i + BATCH] for i in range(0, len(normal), BATCH)]
        return np.concatenate([self.session.run(None, {self.input: batch})[0] for batch in batches])

    def poses(self, image, boxes):
        """Keypoints [n, 17, 3] (x, y in the photo, score) of the people in the boxes [n, 4]."""
        crops, regions = zip(*(crop(image, box) for box in boxes))
        mirrored = [np.ascontiguousarray(c[:, ::-1]) for c in crops]
        heatmaps = merge_flipped(self.heatmaps(crops), self.heatmaps(mirrored))
        return np.stack([to_photo(decode(h), region) for h, region in zip(heatmaps, regions)])

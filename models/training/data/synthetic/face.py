"""The body's paint mask by its texture coordinates: lips, brows, beard and scalp."""
import os

import cv2
import numpy as np

SIZE = 1024
LOWEST = 0.5  # nothing below the neck is painted


def paint_mask(human, eye_center):
    """uint8 [SIZE, SIZE, 4]: strengths of lips, brows, beard and scalp, row 0 at v = 1."""
    place, covered = template_positions(human)
    x, y, z = np.abs(place[..., 0]), place[..., 1], place[..., 2]
    ramp = lambda value: np.clip(value, 0, 1)
    lips = _texture(human, "mpfb_lips.jpg")
    # Brows: an arc over each eye, by its distance from the middle.
    arc = eye_center[1] + 0.0215 + 0.006 * ramp((x - 0.014) / 0.022) - 0.010 * ramp((x - 0.038) / 0.018) ** 1.5
    brows = ramp(1 - (np.abs(y - arc) - 0.0028) / 0.002) * ramp((x - 0.011) / 0.004) * ramp((0.056 - x) / 0.006) * (z > 0.07)
    # Beard: from the neck to a line that rises from the mouth's corners to the ears, with no moustache over the middle.
    beard = ramp((0.700 - 0.12 * ramp(x - 0.03) - y) / 0.006) * ramp((y - 0.585) / 0.015) * ramp((z - 0.035) / 0.02)
    beard = beard * ramp(np.abs(y - 0.60) + 0.2) * (1 - ramp((0.03 - x) / 0.01) * ramp((y - 0.690) / 0.004))
    beard = beard * (z > 0.02) * (1 - ramp(2 * lips))
    # Scalp: above the hairline, given by its height from the back of the head to the forehead.
    hairline = np.interp(z, [-0.09, -0.05, 0.0, 0.03, 0.06, 0.09, 0.12, 0.15], [0.635, 0.64, 0.67, 0.715, 0.745, 0.775, 0.79, 0.80])
    scalp = ramp((y - hairline) / 0.008) * (1 - ramp(2 * _texture(human, "mpfb_ears.jpg")))
    mask = np.stack([lips, brows * covered, beard * covered, scalp * covered], -1)
    return (np.clip(mask, 0, 1) * 255).astype(np.uint8)


def _texture(human, name):
    image = cv2.imread(os.path.join(human.folder, "textures", name), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"{human.folder}/textures/{name} cannot be read")
    return cv2.resize(image, (SIZE, SIZE)) / 255.0


def template_positions(human):
    """(float32 [SIZE, SIZE, 3], bool [SIZE, SIZE]): where in the template each texel of the body's texture lies, and
    whether it belongs to the head at all."""
    place, covered = np.zeros((SIZE, SIZE, 3), np.float32), np.zeros((SIZE, SIZE), bool)
    triangles, uv_triangles = human.group("body")
    for corners, uv_corners in zip(triangles, uv_triangles):
        points = human.vertices[corners]
        if points[:, 1].max() < LOWEST:
            continue
        a, b, c = human.uvs[uv_corners] * [SIZE, -SIZE] + [0, SIZE]
        left, top = np.maximum(np.floor(np.min([a, b, c], 0)).astype(int) - 1, 0)
        right, bottom = np.minimum(np.ceil(np.max([a, b, c], 0)).astype(int) + 2, SIZE)
        x, y = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)
        area = (b[1] - c[1]) * (a[0] - c[0]) + (c[0] - b[0]) * (a[1] - c[1])
        if abs(area) < 1e-9:
            continue
        w0 = ((b[1] - c[1]) * (x - c[0]) + (c[0] - b[0]) * (y - c[1])) / area
        w1 = ((c[1] - a[1]) * (x - c[0]) + (a[0] - c[0]) * (y - c[1])) / area
        weights = np.stack([w0, w1, 1 - w0 - w1], -1)
        # A little over the edges, so that no seam stays unpainted.
        inside = (weights > -0.2).all(-1)
        place[top:bottom, left:right][inside] = weights[inside] @ points
        covered[top:bottom, left:right][inside] = True
    return place, covered

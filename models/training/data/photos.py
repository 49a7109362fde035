"""Photos on their way into a pack: reading, shrinking, WebP."""
import os

import cv2
import numpy as np

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp")


def read(path, upright=True):
    """The photo as uint8 BGR [height, width, 3], turned as its EXIF data say unless upright is False: COCO's
    annotations are for the pixels as they are stored."""
    with open(path, "rb") as file:
        data = np.frombuffer(file.read(), np.uint8)
    flags = cv2.IMREAD_COLOR if upright else cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(data, flags) if len(data) else None
    if image is None:
        raise ValueError(f"{path} cannot be read as an image")
    return image


def shrink(image, max_side):
    """Scales the image down until its longer side is max_side at most: (image, scale x, scale y)."""
    height, width = image.shape[:2]
    scale = min(1.0, max_side / max(height, width))
    if scale == 1.0:
        return image, 1.0, 1.0
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Each side is rounded to whole pixels by itself, so the two scales differ a little.
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), size[0] / width, size[1] / height


def encode_webp(image, quality):
    """WebP bytes as uint8 [n], of BGR or BGRA."""
    done, encoded = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise ValueError("OpenCV could not encode WebP")
    return encoded.ravel()


def list_folder(folder):
    """The photos under a folder, sorted, as paths relative to it."""
    found = []
    for root, _, files in os.walk(folder):
        found += [os.path.relpath(os.path.join(root, f), folder) for f in files if f.lower().endswith(EXTENSIONS)]
    return sorted(found)

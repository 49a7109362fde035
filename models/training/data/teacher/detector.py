"""Finds people: RTMDet-nano on the whole photo and on four overlapping parts of it."""
import cv2
import numpy as np

INPUT = 320
STRIDES = (8, 16, 32)
MEAN_BGR = (103.53, 116.28, 123.675)
STD_BGR = (57.375, 57.12, 58.395)
PADDING = 114

# Small people are found on parts of the photo, each TILE of its width and height.
TILE = 0.6
TILE_SCORE = 0.9        # their boxes count a little less than those of the whole photo
TILE_MAX_HEIGHT = 0.45  # larger people are seen better on the whole photo
TILE_BORDER = 4         # a box within so many pixels of an inner border is half a person

MAX_PEOPLE = 40


def letterbox(image):
    """(network input float32 [1, 3, 320, 320], scale): the photo at the top left, grey below or beside it."""
    height, width = image.shape[:2]
    scale = INPUT / max(height, width)
    new_height, new_width = round(height * scale), round(width * scale)
    canvas = np.full((INPUT, INPUT, 3), PADDING, np.uint8)
    canvas[:new_height, :new_width] = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_LINEAR)
    normal = (canvas.astype(np.float32) - MEAN_BGR) / STD_BGR
    return normal.transpose(2, 0, 1)[None].astype(np.float32), scale


def decode(outputs, scale, threshold=0.05):
    """Boxes [n, 5] (left, top, right, bottom, score) in the photo.

    outputs: one [1, rows, columns, 5] for each stride: the person's logit and the distances in pixels from the cell's
    corner to the left, top, right and bottom."""
    found = []
    for cells, stride in zip(outputs, STRIDES):
        cells = cells[0]
        y, x = np.mgrid[:cells.shape[0], :cells.shape[1]] * stride
        score = 1 / (1 + np.exp(-cells[..., 0]))
        boxes = np.stack([x - cells[..., 1], y - cells[..., 2], x + cells[..., 3], y + cells[..., 4], score], -1)
        found.append(boxes[score > threshold])
    boxes = np.concatenate(found)
    boxes[:, :4] /= scale
    return boxes


def overlaps(box, boxes):
    """(intersection over union, intersection over the smaller box) of one box with each of boxes."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    common = width.clip(0) * height.clip(0)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return common / (area + areas - common + 1e-9), common / (np.minimum(area, areas) + 1e-9)


def suppress(boxes, overlap=0.6, inside=None):
    """Non-maximum suppression; with `inside`, doubtful boxes that lie so far within a better one go too (body parts)."""
    kept = np.zeros((0, 5))
    for box in boxes[boxes[:, 4].argsort()[::-1]]:
        union, smaller = overlaps(box, kept)
        if (union > overlap).any():
            continue
        if inside is not None and box[4] < 0.5 and (smaller > inside).any():
            continue
        kept = np.vstack([kept, box])
        if len(kept) == MAX_PEOPLE:
            break
    return kept


class Detector:
    """session: RTMDet-nano in ONNX Runtime, or anything else with its run()."""

    def __init__(self, session):
        self.session = session

    def detect_once(self, image):
        """Boxes [n, 5] of one look at an image (uint8 BGR), not suppressed."""
        network_input, scale = letterbox(image)
        return decode(self.session.run(None, {"images": network_input}), scale)

    def detect(self, image):
        """Boxes [n, 5] of the people in a photo, the best first."""
        height, width = image.shape[:2]
        tile_w, tile_h = int(width * TILE), int(height * TILE)
        found = [self.detect_once(image)]
        for left in (0, width - tile_w):
            for top in (0, height - tile_h):
                boxes = self.detect_once(image[top:top + tile_h, left:left + tile_w])
                boxes = boxes[whole_and_small(boxes, tile_w, tile_h, left > 0, top > 0)]
                boxes += [left, top, left, top, 0]
                boxes[:, 4] *= TILE_SCORE
                found.append(boxes)
        boxes = np.concatenate(found)
        boxes[:, 0:4:2] = boxes[:, 0:4:2].clip(0, width)
        boxes[:, 1:4:2] = boxes[:, 1:4:2].clip(0, height)
        return suppress(boxes, 0.6, 0.9)


def whole_and_small(boxes, width, height, is_right, is_lower):
    """Which boxes of a tile touch no inner border and are small enough for it."""
    good = boxes[:, 3] - boxes[:, 1] < TILE_MAX_HEIGHT * height
    good &= boxes[:, 0] > TILE_BORDER if is_right else boxes[:, 2] < width - TILE_BORDER
    good &= boxes[:, 1] > TILE_BORDER if is_lower else boxes[:, 3] < height - TILE_BORDER
    return good

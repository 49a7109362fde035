"""A pack of synthetic people, each alone on a transparent image (a sprite), to be pasted into training images.

    webp   uint8 [bytes]      the sprites' WebP files (BGRA), one after another
    off    int64 [N + 1]      sprite i is webp[off[i]:off[i + 1]]
    size   int16 [N,2]        height and width in pixels
    kps    float32 [N,17,3]   x, y, v in COCO's order, pixel indices of the sprite; v: 2 visible, 1 hidden by the person's own
                              body or clothes, 0 outside the sprite (then x = y = 0)
    cut    uint8 [N]          sides where the person goes on beyond the sprite: 1 left, 2 top, 4 right, 8 bottom.
                              Such a side belongs at the image's border or behind something.
    yaw    float32 [N]        which way the person was turned, radians, 0 faces the camera
    pose   str [N]            where the pose comes from
    crop   str [N]            how much of the person the sprite shows

    python3 -m data.sprite_pack FILE.npz...     checks packs of sprites and says what is in them
"""
import sys

import cv2
import numpy as np

from . import keypoints as kp
from . import pack as photo_pack
from .pack import PackError

ARRAYS = ("webp", "off", "size", "kps", "cut", "yaw", "pose", "crop")
CUT_LEFT, CUT_TOP, CUT_RIGHT, CUT_BOTTOM = 1, 2, 4, 8


class SpritePack:
    def __init__(self, **arrays):
        for name in ARRAYS:
            setattr(self, name, arrays[name])

    def __len__(self):
        return len(self.off) - 1

    def sprite(self, index):
        """uint8 BGRA [height, width, 4]"""
        image = cv2.imdecode(self.webp[self.off[index]:self.off[index + 1]], cv2.IMREAD_UNCHANGED)
        if image is None:
            raise PackError(f"sprite {index} cannot be decoded")
        if image.shape[2] == 3:  # WebP leaves the alpha channel out where all of it is opaque
            image = np.dstack([image, np.full(image.shape[:2], 255, np.uint8)])
        return image


class SpriteWriter:
    def __init__(self):
        self._images, self._rows = [], []

    def __len__(self):
        return len(self._images)

    def add(self, webp, size, kps, cut, yaw, pose, crop):
        self._images.append(np.asarray(webp, np.uint8).ravel())
        self._rows.append((size, kps, cut, yaw, pose, crop))

    def save(self, path):
        if not self._images:
            raise PackError("there is no sprite to save")
        size, kps, cut, yaw, pose, crop = zip(*self._rows)
        sprites = check(SpritePack(
            webp=np.concatenate(self._images),
            off=np.concatenate([[0], np.cumsum([len(image) for image in self._images])]).astype(np.int64),
            size=np.array(size, np.int16), kps=np.array(kps, np.float32), cut=np.array(cut, np.uint8),
            yaw=np.array(yaw, np.float32), pose=np.array(pose, np.str_), crop=np.array(crop, np.str_),
        ))
        np.savez(path, **{name: getattr(sprites, name) for name in ARRAYS})
        return sprites


def read(path):
    return check(SpritePack(**photo_pack.read_arrays(path, ARRAYS)), path)


def check(sprites, path="the pack of sprites"):
    photo_pack.check_offsets(sprites.webp, sprites.off, len(sprites.kps), path)
    photo_pack.check_keypoints(sprites.kps, path)
    count = len(sprites)
    for name, shape in (("size", (count, 2)), ("cut", (count,)), ("yaw", (count,)), ("pose", (count,)), ("crop", (count,))):
        if getattr(sprites, name).shape != shape:
            raise PackError(f"{path}: {name} must be {list(shape)}, not {list(getattr(sprites, name).shape)}")
    labelled = sprites.kps[:, :, 2] > 0
    inside = ((sprites.kps[:, :, :2] >= 0) & (sprites.kps[:, :, :2] < sprites.size[:, None, ::-1])).all(2)
    if (labelled & ~inside).any():
        raise PackError(f"{path}: sprite {int(np.argmax((labelled & ~inside).any(1)))} has a keypoint outside its image")
    return sprites


def main(paths):
    for path in paths:
        sprites = read(path)
        flags = sprites.kps[:, :, 2]
        print(f"{path}: {len(sprites)} sprites; keypoints: {(flags == kp.VISIBLE).sum()} visible, "
              f"{(flags == kp.OCCLUDED).sum()} hidden, {(flags == kp.NOT_LABELLED).sum()} outside; "
              f"{(sprites.cut > 0).mean():.0%} cut by a side of the sprite")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 -m data.sprite_pack FILE.npz...")
    try:
        main(sys.argv[1:])
    except (PackError, OSError) as error:
        sys.exit(f"error: {error}")

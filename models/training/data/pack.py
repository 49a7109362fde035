"""A pack: many photos and their people in one .npz file, small enough to be copied to the machine that trains.

    jpg      uint8 [bytes]     the photos' WebP files, one after another (the name is older than the choice of WebP)
    off      int64 [N + 1]     photo i is jpg[off[i]:off[i + 1]]
    names    str [N]           what the photo is called at its source
    wt       float [N]         how often the photo is drawn, relative to the others
    pimg     int64 [P]         the photo of each person
    kps      float32 [P,17,3]  x, y, v in COCO's order; v: 2 visible, 1 occluded, 0 not labelled, -1 unknown (no loss there)
    pbox     float32 [P,4]     the person's box: left, top, right, bottom
    ign_img  int64 [G]         the photo of each region without loss
    ign_box  float32 [G,4]     the region: left, top, right, bottom

Keypoints are pixel indices (0, 0 is the centre of the first pixel), boxes are edges (0, 0 is its corner).
Other arrays in the file are left alone.

    python3 -m data.pack FILE.npz...        checks packs (also that no evaluation photo is in them), says what is in them
"""
import sys
import zipfile
from dataclasses import dataclass

import cv2
import numpy as np

from . import evaluation, keypoints as kp

ARRAYS = ("jpg", "off", "names", "wt", "pimg", "kps", "pbox", "ign_img", "ign_box")


class PackError(ValueError):
    """The file is no pack, or not a whole one."""


@dataclass
class Pack:
    jpg: np.ndarray
    off: np.ndarray
    names: np.ndarray
    wt: np.ndarray
    pimg: np.ndarray
    kps: np.ndarray
    pbox: np.ndarray
    ign_img: np.ndarray
    ign_box: np.ndarray

    def __len__(self):
        return len(self.off) - 1

    def photo_bytes(self, index):
        return self.jpg[self.off[index]:self.off[index + 1]]

    def photo(self, index):
        """uint8 BGR [height, width, 3]"""
        image = cv2.imdecode(self.photo_bytes(index), cv2.IMREAD_COLOR)
        if image is None:
            raise PackError(f"photo {index} ({self.names[index]}) cannot be decoded")
        return image

    def people(self, index):
        """Keypoints [people, 17, 3] and boxes [people, 4] of one photo."""
        own = self.pimg == index
        return self.kps[own], self.pbox[own]

    def ignored(self, index):
        """The regions without loss of one photo, [regions, 4]."""
        return self.ign_box[self.ign_img == index]


class PackWriter:
    """Collects photos; save() checks the whole and writes it."""

    def __init__(self):
        self._photos, self._names, self._weights = [], [], []
        self._people, self._ignored = [], []

    def __len__(self):
        return len(self._photos)

    def add(self, name, webp, people=(), ignored=(), weight=1.0):
        """webp: uint8 [n]; people: pairs of keypoints [17, 3] and box [4]; ignored: boxes [4]."""
        index = len(self._photos)
        self._photos.append(np.asarray(webp, np.uint8).ravel())
        self._names.append(str(name))
        self._weights.append(float(weight))
        self._people += [(index, points, box) for points, box in people]
        self._ignored += [(index, box) for box in ignored]

    def pack(self):
        sizes = [len(photo) for photo in self._photos]
        return check(Pack(
            jpg=np.concatenate(self._photos) if sizes else np.zeros(0, np.uint8),
            off=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            names=np.array(self._names, dtype=np.str_),
            wt=np.array(self._weights, np.float64),
            pimg=np.array([i for i, _, _ in self._people], np.int64),
            kps=_stack([k for _, k, _ in self._people], (kp.COUNT, 3), "keypoints"),
            pbox=_stack([b for _, _, b in self._people], (4,), "a person's box"),
            ign_img=np.array([i for i, _ in self._ignored], np.int64),
            ign_box=_stack([b for _, b in self._ignored], (4,), "a region"),
        ))

    def save(self, path):
        pack = self.pack()
        np.savez(path, **{name: getattr(pack, name) for name in ARRAYS})
        return pack


def _stack(rows, shape, what):
    for row in rows:
        if np.shape(row) != shape:
            raise PackError(f"{what} must have shape {list(shape)}, not {list(np.shape(row))}")
    return np.array(rows, np.float32).reshape(-1, *shape)


def read(path):
    """Reads and checks a pack; PackError says what is wrong with the file."""
    return check(Pack(**read_arrays(path, ARRAYS)), path)


def read_arrays(path, names):
    """The named arrays of an .npz file. Nothing in the file is executed (no pickles)."""
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            missing = [name for name in names if name not in file.files]
            if missing:
                raise PackError(f"{path}: the arrays {', '.join(missing)} are missing")
            return {name: file[name] for name in names}
    except PackError:
        raise
    except FileNotFoundError:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, KeyError) as error:
        raise PackError(f"{path} is not a whole .npz file: {error}") from error


def check_offsets(data, off, photos, path):
    """Offsets must run from 0 to the end of the bytes, each image begin like a WebP file and end where the next begins."""
    if data.ndim != 1 or data.dtype != np.uint8:
        raise PackError(f"{path}: the images must be uint8 [bytes], not {data.dtype} {list(data.shape)}")
    if off.ndim != 1 or len(off) < 1 or off.dtype.kind not in "iu":
        raise PackError(f"{path}: off must be integers [N + 1], not {off.dtype} {list(off.shape)}")
    if off[0] != 0 or off[-1] != len(data):
        raise PackError(f"{path}: off runs from {off[0]} to {off[-1]}, but there are {len(data)} bytes of images")
    if (np.diff(off) < 12).any():
        raise PackError(f"{path}: off does not increase by a whole image at {int(np.argmax(np.diff(off) < 12))}")
    if photos is not None and photos != len(off) - 1:
        raise PackError(f"{path}: {photos} entries for {len(off) - 1} images")
    for index in range(len(off) - 1):
        head = data[off[index]:off[index] + 12].tobytes()
        if head[:4] != b"RIFF" or head[8:] != b"WEBP":
            raise PackError(f"{path}: image {index} is no WebP")
        # A RIFF file says its own length (without the first 8 bytes, padded to an even number).
        size = int.from_bytes(head[4:8], "little") + 8
        if size > off[index + 1] - off[index]:
            raise PackError(f"{path}: image {index} is cut off: {off[index + 1] - off[index]} of {size} bytes")


def check_keypoints(points, path):
    if points.ndim != 3 or points.shape[1:] != (kp.COUNT, 3):
        raise PackError(f"{path}: kps must be [P, {kp.COUNT}, 3], not {list(points.shape)}")
    if not np.isfinite(points).all():
        raise PackError(f"{path}: kps holds numbers that are not finite")
    flags = np.unique(points[:, :, 2])
    if not np.isin(flags, (kp.UNKNOWN, kp.NOT_LABELLED, kp.OCCLUDED, kp.VISIBLE)).all():
        raise PackError(f"{path}: a keypoint's v is one of -1, 0, 1, 2, but there is {flags.tolist()}")


def check(pack, path="the pack"):
    """Returns the pack if every array has the shape and the numbers that the format asks for."""
    check_offsets(pack.jpg, pack.off, len(pack.names), path)
    photos = len(pack)
    if pack.wt.shape != (photos,):
        raise PackError(f"{path}: wt must be [{photos}], not {list(pack.wt.shape)}")
    if not (np.isfinite(pack.wt) & (pack.wt >= 0)).all():
        raise PackError(f"{path}: a weight in wt is negative or not finite")
    check_keypoints(pack.kps, path)
    for index, box, owner in (("pimg", "pbox", "kps"), ("ign_img", "ign_box", "ign_img")):
        images, boxes, count = getattr(pack, index), getattr(pack, box), len(getattr(pack, owner))
        if images.shape != (count,) or images.dtype.kind not in "iu":
            raise PackError(f"{path}: {index} must be integers [{count}], not {images.dtype} {list(images.shape)}")
        if boxes.shape != (count, 4):
            raise PackError(f"{path}: {box} must be [{count}, 4], not {list(boxes.shape)}")
        if count and not (0 <= images.min() and images.max() < photos):
            raise PackError(f"{path}: {index} names photo {images.min()} to {images.max()}, but there are {photos}")
        if not np.isfinite(boxes).all():
            raise PackError(f"{path}: {box} holds numbers that are not finite")
    return pack


def main(paths):
    forbidden = evaluation.read_ids()
    for path in paths:
        pack = read(path)
        found = evaluation.found_in(pack.names, forbidden)
        if found:
            raise PackError(f"{path} holds evaluation photos: {', '.join(found[:5])}")
        flags = pack.kps[:, :, 2]
        print(f"{path}: {len(pack)} photos, {len(pack.kps)} people, keypoints: {(flags == kp.VISIBLE).sum()} visible, "
              f"{(flags == kp.OCCLUDED).sum()} occluded, {(flags == kp.UNKNOWN).sum()} unknown; "
              f"{len(pack.ign_box)} regions without loss")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 -m data.pack FILE.npz...")
    try:
        main(sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")

"""Photos and synthetic people in the training device's memory, read from packs (formats: data/pack.py and
data/sprite_pack.py). A pack that holds an evaluation photo is refused."""
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from data import evaluation, pack as photo_packs, sprite_pack as sprite_packs
from data.pack import Pack

LARGEST_SPRITE = 320
"""Longer side, in pixels, that sprites are shrunk to: they are pasted about that large."""


@dataclass(frozen=True)
class Images:
    """N images of four channels, padded to a common square."""
    pixels: Tensor
    """uint8 [N, side, side, 4]; rows from the top, channels red, green, blue, and a fourth: of photos 255 where
    loss counts and 0 in regions without loss; of sprites the opacity, which the colours are multiplied by."""
    sizes: Tensor
    """[N, 2]: width and height in pixels."""


@dataclass(frozen=True)
class Photos(Images):
    """Photos with P people each at most."""
    joints: Tensor
    """[N, P, K, 2]: (x, y) as pixel indices."""
    labels: Tensor
    """int8 [N, P, K]: 2 visible, 1 occluded, 0 not labelled, -1 unknown."""
    boxes: Tensor
    """[N, P, 4]: left, top, right, bottom in pixels."""
    people: Tensor
    """int64 [N]: how many."""
    weights: Tensor
    """[N]: how often each is drawn, relative to the others."""


@dataclass(frozen=True)
class Sprites(Images):
    """Cut-out synthetic people, one each."""
    joints: Tensor
    """[M, K, 2]"""
    labels: Tensor
    """int8 [M, K]"""
    cut: Tensor
    """int64 [M]: bits of the sides where the person goes on beyond the sprite (data/sprite_pack.py)."""


def load_photos(paths: list[str], device: torch.device, limit: int | None = None) -> Photos:
    """Packs of photos, of each pack the first `limit`. Raises ValueError where one holds an evaluation photo."""
    packs = [photo_packs.read(path) for path in paths]
    for path, pack in zip(paths, packs):
        refuse_evaluation_photos(path, pack)
    with ThreadPoolExecutor() as threads:
        pictures = [picture for pack in packs
                    for picture in threads.map(lambda i: _picture(pack, i), range(len(pack))[:limit])]
    people = [pack.people(i) for pack in packs for i in range(len(pack))[:limit]]
    most = max(len(points) for points, _ in people)
    points = np.zeros((len(people), max(most, 1), *people[0][0].shape[1:]), np.float32)
    boxes = np.zeros((len(people), max(most, 1), 4), np.float32)
    for index, (own_points, own_boxes) in enumerate(people):
        points[index, :len(own_points)] = own_points
        boxes[index, :len(own_boxes)] = own_boxes
    points = torch.from_numpy(points).to(device)
    return Photos(
        **_images(pictures, device), joints=points[..., :2], labels=points[..., 2].to(torch.int8),
        boxes=torch.from_numpy(boxes).to(device), people=torch.tensor([len(p) for p, _ in people], device=device),
        weights=torch.cat([torch.from_numpy(pack.wt[:limit]) for pack in packs]).float().to(device))


def load_sprites(paths: list[str], device: torch.device, limit: int | None = None) -> Sprites:
    packs = [sprite_packs.read(path) for path in paths]
    with ThreadPoolExecutor() as threads:
        sprites = [sprite for pack in packs
                   for sprite in threads.map(lambda i: _sprite(pack, i), range(len(pack))[:limit])]
    points = torch.from_numpy(np.stack([points for _, points in sprites])).to(device)
    cut = torch.cat([torch.from_numpy(pack.cut[:limit].astype(np.int64)) for pack in packs]).to(device)
    return Sprites(**_images([pixels for pixels, _ in sprites], device), joints=points[..., :2],
                   labels=points[..., 2].to(torch.int8), cut=cut)


def refuse_evaluation_photos(path: str, pack: Pack) -> None:
    """Raises ValueError if a name in the pack is that of a photo that accuracy is measured on."""
    ids = evaluation.read_ids()
    found = evaluation.found_in(pack.names, ids) + [name for name in map(str, pack.names) if _bare_id(name) in ids]
    if found:
        names = ", ".join(sorted(set(found))[:5])
        raise ValueError(f"{path} holds {len(set(found))} evaluation photos, which may not be trained on: {names}")


def _bare_id(name: str) -> int | None:
    """The number that is the whole name (139, 139.jpg), as COCO's ids are written outside of file names."""
    stem = os.path.splitext(os.path.basename(name))[0]
    return int(stem) if stem.isdecimal() and not stem.startswith("0") else None


def _picture(pack: Pack, index: int) -> np.ndarray:
    """A photo and where its loss counts, uint8 [height, width, 4]."""
    photo = cv2.cvtColor(pack.photo(index), cv2.COLOR_BGR2RGB)
    counts = np.full(photo.shape[:2], 255, np.uint8)
    for left, top, right, bottom in np.maximum(pack.ignored(index), 0):
        counts[int(top):int(np.ceil(bottom)), int(left):int(np.ceil(right))] = 0
    return np.dstack([photo, counts])


def _sprite(pack: sprite_packs.SpritePack, index: int) -> tuple[np.ndarray, np.ndarray]:
    """A sprite of at most LARGEST_SPRITE, uint8 [height, width, 4], and its keypoints."""
    sprite, points = pack.sprite(index).astype(np.float32), pack.kps[index].copy()
    # Multiplied before any resampling, so that transparent pixels' colours bleed into nothing.
    sprite[..., :3] *= sprite[..., 3:] / 255
    scale = min(1.0, LARGEST_SPRITE / max(sprite.shape[:2]))
    if scale < 1:
        height, width = (max(1, int(side * scale)) for side in sprite.shape[:2])
        # Pixel centres: index i covers [i, i + 1).
        shrink = np.array([width / sprite.shape[1], height / sprite.shape[0]], np.float32)
        points[:, :2] = (points[:, :2] + 0.5) * shrink - 0.5
        sprite = cv2.resize(sprite, (width, height), interpolation=cv2.INTER_AREA)
    return np.rint(sprite[..., [2, 1, 0, 3]]).clip(0, 255).astype(np.uint8), points


def _images(images: list[np.ndarray], device: torch.device) -> dict[str, Tensor]:
    side = max(max(image.shape[:2]) for image in images)
    pixels = torch.zeros(len(images), side, side, 4, dtype=torch.uint8, device=device)
    for index, image in enumerate(images):
        pixels[index, :image.shape[0], :image.shape[1]] = torch.from_numpy(image).to(device)
    sizes = [(image.shape[1], image.shape[0]) for image in images]
    return {"pixels": pixels, "sizes": torch.tensor(sizes, dtype=torch.float32, device=device)}

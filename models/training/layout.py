"""Where each pixel of a canvas comes from: which photos, turned, scaled and mirrored how.

A canvas is one photo, two side by side or four in quadrants, each aimed at one of its people. `crop_layout` is the
released code's augmentation instead: one photo, cropped about its middle.
"""
import math
from dataclasses import dataclass

import torch
from torch import Tensor

import geometry
from packs import Photos
from random_draws import Draws

TILES = 4


@dataclass(frozen=True)
class Layout:
    """Of B canvases with up to four tiles: top left, top right, bottom left, bottom right."""
    size: int
    """Side of the canvases in pixels."""
    photo: Tensor
    """int64 [B, 4]"""
    matrix: Tensor
    """[B, 4, 2, 3]: photo to canvas, mirroring included."""
    flipped: Tensor
    """bool [B, 4]"""
    label_shift: Tensor
    """[B, 4]: pixels that labels lie right of where the matrix puts them."""
    split: Tensor
    """[B, 2]: x and y where the tiles meet; `size` where the canvas is not split."""
    used: Tensor
    """bool [B, 4]"""
    fill: Tensor
    """[B, 3]: colour (0..1) where no photo is."""

    def tile_at(self, points: Tensor) -> Tensor:
        """The tile that each point [B, ..., 2] of a canvas lies in."""
        split = self.split.view(-1, *[1] * (points.dim() - 2), 2)
        beyond = (points + 0.5 >= split).long()
        return beyond[..., 0] + 2 * beyond[..., 1]


@dataclass(frozen=True)
class TileChoices:
    """What draw_tiles draws from."""
    single: float = 0.62
    double: float = 0.18
    """Probabilities of one photo and of two on a canvas; else four."""
    person_size: tuple[float, float] = (0.16, 1.0)
    """Longer side of the aimed person's box, as a share of the canvas, where it has one photo (log-uniform)."""
    person_size_in_tile: tuple[float, float] = (0.4, 1.1)
    """The same of canvases with several, as a share of the tile's shorter side."""
    aimed: float = 0.93
    """Probability of aiming at a person (if there is one) instead of at the photo's middle."""
    upright: float = 0.4
    """Probability of no rotation; else normal, 20 degrees, cut at 46."""


def draw_tiles(photos: Photos, count: int, size: int, choices: TileChoices, draws: Draws) -> Layout:
    """Tiles aimed at people, as the shipped weights were trained on."""
    shape = (count, TILES)
    photo = draws.weighted(photos.weights, *shape)
    kind = draws.uniform(0, 1, count)
    single = kind < choices.single
    across = ~single
    down = kind >= choices.single + choices.double
    whole = torch.full((count,), float(size), device=draws.device)
    split = draws.uniform(0.32, 0.68, count, 2) * size
    split = torch.where(torch.stack([across, down], -1), split, whole[:, None])
    used = torch.stack([torch.ones_like(single), across, down, across & down], -1)
    low, high = _tile_boxes(split, size)

    width, height = photos.sizes[photo].unbind(-1)
    number = photos.people[photo]
    box = photos.boxes[photo, draws.below(number)]
    aimed = (number > 0) & draws.chance(choices.aimed, *shape)
    source = torch.where(aimed[..., None], (box[..., :2] + box[..., 2:]) / 2, photos.sizes[photo] / 2) - 0.5
    extent = torch.where(aimed, (box[..., 2:] - box[..., :2]).amax(-1).clamp(min=16), torch.maximum(width, height))

    share = torch.where(single[:, None], draws.log_uniform(*choices.person_size, *shape),
                        draws.log_uniform(*choices.person_size_in_tile, *shape))
    frame = torch.where(single[:, None], whole[:, None], (high - low).amin(-1))
    scale = (frame * share / extent).clamp(0.12, 3.0)
    angle = (draws.normal(*shape) * math.radians(20)).clamp(-0.8, 0.8)
    angle = torch.where(draws.chance(choices.upright, *shape), torch.zeros_like(angle), angle)
    flipped = draws.chance(0.5, *shape)
    # Off the tile's middle, the less the larger the person.
    room = (high - low) * 0.25 * (1 - share.clamp(max=0.9))[..., None]
    to = (low + high) / 2 + draws.uniform(-1, 1, *shape, 2) * room - 0.5
    return Layout(size=size, photo=photo, matrix=geometry.similarity(scale, angle, flipped, source, to),
                  flipped=flipped, label_shift=torch.zeros(shape, device=draws.device), split=split, used=used,
                  fill=draws.uniform(0, 1, count, 3))


def crop_layout(photos: Photos, count: int, size: int, draws: Draws, stride: int = 4) -> Layout:
    """The released code's augmentation: one photo per canvas, black around it."""
    photo = draws.weighted(photos.weights, count)
    sides = photos.sizes[photo]
    scale = draws.uniform(0.75, 1.5, count)
    angle = draws.uniform(-math.pi / 6, math.pi / 6, count)
    bound = translation_bound(sides, scale)
    move = torch.stack([draws.below(2 * bound.long()) - bound for _ in range(2)], -1)
    flipped = draws.chance(0.5, count)
    matrix = geometry.mirror(crop_matrix(sides, size, scale, angle, move), flipped, size)
    four = lambda values: values[:, None].expand(-1, TILES, *values.shape[1:])  # noqa: E731
    return Layout(size=size, photo=four(photo), matrix=four(matrix), flipped=four(flipped),
                  label_shift=four(crop_label_shift(flipped, stride)),
                  split=torch.full((count, 2), float(size), device=draws.device),
                  used=torch.tensor([True, False, False, False], device=draws.device).expand(count, -1),
                  fill=torch.zeros(count, 3, device=draws.device))


def crop_matrix(sides: Tensor, size: int, scale: Tensor, angle: Tensor, move: Tensor) -> Tensor:
    """The released code's matrix from photo to canvas, before mirroring: [..., 2, 3].

    sides [..., 2]: the photo's width and height; scale [...]: side of the crop in units of the shorter side; angle:
    radians, positive turns counter-clockwise as seen; move [..., 2]: pixels of the photo.
    """
    factor = size / (scale * sides.amin(-1))
    middle = torch.full_like(sides, size / 2)
    return geometry.similarity(factor, -angle, torch.zeros_like(factor, dtype=torch.bool), sides / 2 + move, middle)


def translation_bound(sides: Tensor, scale: Tensor) -> Tensor:
    """Crops move by -b..b - 1 whole pixels of the photo each way."""
    return (0.2 * scale * sides.amin(-1)).trunc()


def crop_label_shift(flipped: Tensor, stride: int) -> Tensor:
    """The released code mirrors the picture at its last pixel but maps at their last cell, which is stride - 1 pixels
    further left. Labels of mirrored crops lie off by that; its flip test takes that into account."""
    return torch.where(flipped, 1.0 - stride, 0.0)


def _tile_boxes(split: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Low and high corners of the four tiles, [B, 4, 2] each; empty ones where the canvas is not split."""
    zero, whole = torch.zeros_like(split[:, 0]), torch.full_like(split[:, 0], float(size))
    x, y = split.unbind(-1)
    low = torch.stack([torch.stack(corner, -1) for corner in ((zero, zero), (x, zero), (zero, y), (x, y))], 1)
    high = torch.stack([torch.stack(corner, -1) for corner in ((x, y), (whole, y), (x, whole), (whole, whole))], 1)
    return low, high

"""Synthetic people pasted onto canvases, one upon the other; what they cover is no longer there to be learned."""
import torch
import torch.nn.functional as F
from torch import Tensor

import geometry
from data import sprite_pack
from packs import Sprites
from people import Placed, hide, join, mirror_keypoints, on_canvas
from random_draws import Draws

MOST = 3
"""Synthetic people on a canvas at most."""


def paste_people(sprites: Sprites, images: Tensor, placed: Placed, probability: float,
                 draws: Draws) -> tuple[Tensor, Placed, Tensor]:
    """The canvases [B, S, S, 3] with people pasted on some, everyone on them now, and where anyone was pasted
    (bool [B, S, S]). probability: of a canvas having any, one to three then."""
    count, size = images.shape[:2]
    number = draws.chance(probability, count) * (1 + draws.below(torch.full((count,), MOST, device=images.device)))
    grid = geometry.pixel_grid(size, 1, images.device)
    anywhere = torch.zeros(count, size, size, dtype=torch.bool, device=images.device)
    for index in range(MOST):
        pasted = number > index
        sprite = draws.below(torch.full((count,), len(sprites.pixels), device=images.device))
        matrix, flipped = _draw_places(sprites, sprite, size, number > 1, draws)
        at = geometry.apply(geometry.invert(matrix)[:, None, None], grid)
        values, _ = geometry.sample(sprites.pixels, sprites.sizes, sprite[:, None, None].expand(at.shape[:-1]), at)
        opacity = values[..., 3:] * pasted[:, None, None, None]
        light = draws.uniform(0.6, 1.3, count, 1, 1, 1) * draws.uniform(0.88, 1.12, count, 1, 1, 3)
        # The colours are multiplied by the opacity already.
        colours = torch.minimum(values[..., :3] * light * pasted[:, None, None, None], opacity)
        images = images * (1 - opacity) + colours
        covered = opacity[..., 0] > 0.5
        anywhere |= covered
        placed = join(hide(placed, covered), _place(sprites, sprite, matrix, flipped, pasted, size))
    return images, placed, anywhere


def region_with_pasted(region: Tensor, anywhere: Tensor, stride: int) -> Tensor:
    """Loss counts also on and around pasted people, wherever they stand."""
    cells = F.max_pool2d(anywhere[:, None].float(), stride, stride)
    return torch.maximum(region, F.max_pool2d(cells, 5, 1, 2)[:, 0])


def _draw_places(sprites: Sprites, sprite: Tensor, size: int, several: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
    """Matrices [B, 2, 3] from sprite to canvas, and who is mirrored [B].

    A side where the person goes on beyond the sprite lies on the canvas' border."""
    count = len(sprite)
    sides, cut = sprites.sizes[sprite], sprites.cut[sprite]
    whole = cut == 0
    share = draws.log_uniform(0.15, 1.1, count)
    share = torch.where(several, share.clamp(max=0.75), share)
    share = torch.where(whole, share, (share * 1.25).clamp(min=0.45))
    scale = size * share / sides.amax(-1)
    scale = torch.minimum(scale, torch.where(whole, 2.2, 2.6))
    angle = draws.normal(count) * 0.15 * (draws.chance(0.5, count) & whole)
    flipped = draws.chance(0.5, count)
    left, top, right, bottom = ((cut & bit) > 0 for bit in (
        sprite_pack.CUT_LEFT, sprite_pack.CUT_TOP, sprite_pack.CUT_RIGHT, sprite_pack.CUT_BOTTOM))
    left, right = torch.where(flipped, right, left), torch.where(flipped, left, right)
    half = sides * scale[:, None] / 2
    x, y = (draws.uniform(0.1, 0.9, count, 2) * size).unbind(-1)
    x = torch.where(left, half[:, 0], torch.where(right, size - half[:, 0], x))
    y = torch.where(bottom, size - half[:, 1], torch.where(top, half[:, 1], y))
    to = torch.stack([x, y], -1) - 0.5
    return geometry.similarity(scale, angle, flipped, sides / 2 - 0.5, to), flipped


def _place(sprites: Sprites, sprite: Tensor, matrix: Tensor, flipped: Tensor, pasted: Tensor, size: int) -> Placed:
    joints = geometry.apply(matrix[:, None], sprites.joints[sprite])
    joints, labels = mirror_keypoints(joints, sprites.labels[sprite], flipped)
    labelled = (labels > 0) & pasted[:, None]
    area = sprites.sizes[sprite].prod(-1) * geometry.area_factor(matrix)
    one = lambda values: values[:, None]  # noqa: E731
    return Placed(joints=one(joints), labelled=one(labelled), visible=one(labelled & on_canvas(joints, size)),
                  unknown=one(torch.zeros_like(labelled)), tile=torch.full_like(sprite, -1)[:, None],
                  box_area=one(area))

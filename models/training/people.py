"""The people on canvases: from labels in photos to what the targets are made of."""
from dataclasses import dataclass, replace

import torch
from torch import Tensor

import geometry
from data import keypoints
from layout import TILES, Layout
from packs import Photos
from rules import Rules
from targets import People, extent, on_map


@dataclass(frozen=True)
class Placed:
    """P people on each of B canvases, in the canvas' pixels."""
    joints: Tensor
    """[B, P, K, 2]"""
    labelled: Tensor
    """bool [B, P, K]: in the photo, whether or not the canvas shows it."""
    visible: Tensor
    """bool [B, P, K]: labelled, in its own tile and covered by nobody pasted on top."""
    unknown: Tensor
    """bool [B, P, K]"""
    tile: Tensor
    """int64 [B, P]: the tile that the person belongs to; -1 for one that belongs to the whole canvas."""
    box_area: Tensor
    """[B, P]: box width times height."""


def place_people(photos: Photos, layout: Layout) -> Placed:
    """Everyone in the layout's photos."""
    joints, labels = photos.joints[layout.photo], photos.labels[layout.photo]
    joints = geometry.apply(layout.matrix[:, :, None, None], joints)
    joints = torch.stack([joints[..., 0] + layout.label_shift[:, :, None, None], joints[..., 1]], -1)
    joints, labels = mirror_keypoints(joints, labels, layout.flipped[:, :, None])
    box = photos.boxes[layout.photo]
    box_area = (box[..., 2:] - box[..., :2]).prod(-1) * geometry.area_factor(layout.matrix)[..., None]

    batch, _, most = box_area.shape
    tile = torch.arange(TILES, device=joints.device)[None, :, None].expand(batch, -1, most)
    inside = on_canvas(joints, layout.size) & (layout.tile_at(joints) == tile[..., None])
    used = layout.used[:, :, None, None]
    labelled = (labels > 0) & used
    flat = lambda values: values.flatten(1, 2)  # noqa: E731
    return Placed(joints=flat(joints), labelled=flat(labelled), visible=flat(labelled & inside),
                  unknown=flat((labels < 0) & used), tile=flat(tile), box_area=flat(box_area))


def mirror_keypoints(joints: Tensor, labels: Tensor, flipped: Tensor) -> tuple[Tensor, Tensor]:
    """Left and right exchanged where flipped: joints [..., K, 2], labels [..., K], flipped [...]."""
    order = keypoints.FLIP
    return (torch.where(flipped[..., None, None], joints[..., order, :], joints),
            torch.where(flipped[..., None], labels[..., order], labels))


def on_canvas(points: Tensor, size: int) -> Tensor:
    return on_map(points, (size, size))


def join(first: Placed, second: Placed) -> Placed:
    return Placed(**{name: torch.cat([values, getattr(second, name)], 1) for name, values in vars(first).items()})


def people_on_map(placed: Placed, layout: Layout, rules: Rules, stride: int = 4) -> People:
    """The people in cells, with the centers and sizes that the rules give them."""
    low, high = extent(placed.joints, placed.labelled)
    number = placed.labelled.sum(-1)
    diagonal = torch.where(number > 0, (high - low).square().sum(-1), torch.zeros_like(placed.box_area))
    large = diagonal >= rules.smallest_diagonal ** 2
    visible = placed.visible & large[..., None]
    centers = (placed.joints * placed.labelled[..., None]).sum(-2) / number.clamp(min=1)[..., None]
    in_photo, in_view = rules.center_labels
    # A person cut by its tile's side must not have its center in the neighbouring photo.
    at_home = (placed.tile < 0) | (layout.tile_at(centers) == placed.tile)
    has_center = (number >= max(1, in_photo)) & (visible.sum(-1) >= in_view) & large & at_home
    area = diagonal / stride ** 2 if rules.diagonal_offset_weight else placed.box_area
    return People(joints=placed.joints / stride, labelled=visible, unknown=placed.unknown, centers=centers / stride,
                  has_center=has_center, area=area.clamp(min=1e-3))


def hide(placed: Placed, covered: Tensor) -> Placed:
    """What is left visible when something opaque lies on the canvas: covered bool [B, S, S]."""
    size = covered.shape[-1]
    cells = placed.joints.round().clamp(0, size - 1).long()
    canvas = torch.arange(len(covered), device=covered.device)[:, None, None]
    return replace(placed, visible=placed.visible & ~covered[canvas, cells[..., 1], cells[..., 0]])

"""What the network should answer: heatmaps, offsets and their weights.

Indices of cells are coordinates: cell m lies at input pixel 4m. Everything here runs on the device of its inputs.
"""
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from rules import Rules


@dataclass(frozen=True)
class People:
    """The people of B canvases, P at most on one. Positions are (x, y) in cells of the map."""
    joints: Tensor
    """[B, P, K, 2]"""
    labelled: Tensor
    """[B, P, K] bool: to be learned where it lies on the map."""
    unknown: Tensor
    """[B, P, K] bool: nobody said whether and where it is."""
    centers: Tensor
    """[B, P, 2]"""
    has_center: Tensor
    """[B, P] bool"""
    area: Tensor
    """[B, P]: what contested cells go by, and 1 / weight^2 of the offsets."""


@dataclass(frozen=True)
class Targets:
    heatmaps: Tensor
    """[B, K+1, h, w], 0..1, the center map last."""
    weights: Tensor
    """[B, K+1, h, w] or, the same for all channels, [B, 1, h, w]"""
    offsets: Tensor
    """[B, 2K, h, w] (x0, y0, x1, ...): cell - keypoint, in cells; 0 without a target."""
    offset_weights: Tensor
    """[B, 2K, h, w]; 0 without a target."""


def make_targets(people: People, region: Tensor, rules: Rules) -> Targets:
    """The targets of B canvases. region [B, h, w]: 1 where loss counts."""
    keypoints, keypoint_windows = gaussian_maps(people.joints, people.labelled, region.shape[1:], rules.sigma)
    centers, center_windows = gaussian_maps(
        people.centers[:, :, None], people.has_center[:, :, None], region.shape[1:], rules.center_sigma)
    heatmaps = torch.cat([keypoints, centers], 1)
    if rules.weight_per_map:
        near = heatmaps > math.exp(-4.5)
    else:
        near = torch.cat([keypoint_windows, center_windows], 1).any(1, keepdim=True)
    weights = torch.where(near, 1.0, rules.background_weight) * region[:, None]
    if people.unknown.any():
        known = ~unknown_regions(people, region.shape[1:])
        weights = weights * torch.cat([known, torch.ones_like(known[:, :1])], 1)
    offsets, offset_weights = offset_maps(people, region.shape[1:], rules)
    if rules.mask_offsets:
        offset_weights = offset_weights * region[:, None]
    return Targets(heatmaps, weights, offsets, offset_weights)


def gaussian_maps(points: Tensor, shown: Tensor, sides: tuple[int, int], sigma: float) -> tuple[Tensor, Tensor]:
    """Per type the maximum over people of exp(-d^2 / 2 sigma^2), and where any of them was written.

    points [B, P, C, 2] in cells, shown [B, P, C]; returns [B, C, h, w] twice. A point writes the cells
    floor(x - R)..ceil(x + R), R = 3 sigma + 1, around its exact position; one outside the map writes none.
    """
    height, width = sides
    batch, _, types, _ = points.shape
    reach = 3 * sigma + 1
    b, p, c = (shown & on_map(points, sides)).nonzero(as_tuple=True)
    points = points[b, p, c]
    steps = torch.arange(int(2 * reach) + 2, device=points.device)
    x = (points[:, :1] - reach).floor().long() + steps
    y = (points[:, 1:] - reach).floor().long() + steps
    in_x = (x <= (points[:, :1] + reach).ceil()) & (x >= 0) & (x < width)
    in_y = (y <= (points[:, 1:] + reach).ceil()) & (y >= 0) & (y < height)
    distance = (x - points[:, :1])[:, None, :] ** 2 + (y - points[:, 1:])[:, :, None] ** 2
    written = in_y[:, :, None] & in_x[:, None, :]
    cell = (((b * types + c)[:, None] * height + y)[:, :, None] * width + x[:, None, :])[written]
    maps = torch.zeros(batch * types * height * width, device=points.device)
    maps.scatter_reduce_(0, cell, torch.exp(distance[written] / (-2 * sigma * sigma)), "amax")
    windows = torch.zeros_like(maps, dtype=torch.bool)
    windows[cell] = True
    shape = (batch, types, height, width)
    return maps.view(shape), windows.view(shape)


def offset_maps(people: People, sides: tuple[int, int], rules: Rules) -> tuple[Tensor, Tensor]:
    """Offsets and their weights, [B, 2K, h, w] each.

    A center, truncated to a cell, gives the 2r x 2r cells c - r..c + r - 1 a target for every labelled keypoint on
    the map; outside the map it gives none. A contested cell goes to the smallest person, of equals to the later.
    """
    height, width = sides
    batch, most, types, _ = people.joints.shape
    device = people.joints.device
    learned = people.labelled & on_map(people.joints, sides)
    # Truncation, not floor: a center just left of the map still counts.
    cells = people.centers.trunc()
    b, p = (people.has_center & on_map(cells, sides)).nonzero(as_tuple=True)
    steps = torch.arange(-rules.offset_radius, rules.offset_radius, device=device)
    x, y = (cells[b, p, axis].long()[:, None] + steps for axis in (0, 1))
    inside = ((y >= 0) & (y < height))[:, :, None] & ((x >= 0) & (x < width))[:, None, :]
    contending = learned[b, p] if rules.fill_gaps else torch.ones_like(learned[b, p])
    wanted = inside[:, None] & contending[:, :, None, None]
    channel = b[:, None] * types + torch.arange(types, device=device)
    cell = ((channel[:, :, None] * height + y[:, None, :])[..., None] * width + x[:, None, None, :])[wanted]

    order = _smallest_first(people.area)
    rank = order.argsort(1)[b, p][:, None, None, None].expand_as(wanted)[wanted]
    winners = torch.full((batch * types * height * width,), most, device=device)
    winners.scatter_reduce_(0, cell, rank, "amin")

    target = (winners < most).nonzero(as_tuple=True)[0]
    b, k = target // (types * height * width), target // (height * width) % types
    p = order[b, winners[target]]
    at = torch.stack([target % width, target // width % height], -1)
    weight = learned[b, p, k] / people.area[b, p].sqrt()
    offset = (at - people.joints[b, p, k]) * (weight > 0)[:, None]
    maps = []
    for values in (offset, weight[:, None].expand_as(offset)):
        flat = torch.zeros(batch * types * height * width, 2, device=device)
        flat[target] = values.float()
        maps.append(flat.view(batch, types, height, width, 2).permute(0, 1, 4, 2, 3).reshape(batch, -1, height, width))
    return maps[0], maps[1]


def unknown_regions(people: People, sides: tuple[int, int]) -> Tensor:
    """[B, K, h, w] bool: around people whose keypoint of that type is unknown, where no answer is wrong.

    The region is the box of the labelled keypoints with a margin; upward a third more, for an unknown head.
    """
    height, width = sides
    batch, _, types, _ = people.joints.shape
    low, high = extent(people.joints, people.labelled)
    b, p, k = (people.unknown & people.labelled.any(-1, keepdim=True)).nonzero(as_tuple=True)
    low, high = low[b, p] - 3, high[b, p] + 3
    low[:, 1] -= 0.35 * (high - low)[:, 1]
    low[:, 0] -= 4
    high[:, 0] += 4
    x = torch.arange(width, device=low.device)
    y = torch.arange(height, device=low.device)
    inside = (((y >= low[:, 1:]) & (y <= high[:, 1:]))[:, :, None] & ((x >= low[:, :1]) & (x <= high[:, :1]))[:, None])
    regions = torch.zeros(batch * types, height, width, device=low.device)
    regions.index_add_(0, b * types + k, inside.float())
    return regions.view(batch, types, height, width) > 0


def extent(points: Tensor, shown: Tensor) -> tuple[Tensor, Tensor]:
    """Lowest and highest (x, y) of the shown points: [..., K, 2] and [..., K] to [..., 2] twice; without any, +-1e9."""
    low = torch.where(shown[..., None], points, torch.full_like(points, 1e9)).amin(-2)
    high = torch.where(shown[..., None], points, torch.full_like(points, -1e9)).amax(-2)
    return low, high


def on_map(points: Tensor, sides: tuple[int, int]) -> Tensor:
    height, width = sides
    x, y = points.unbind(-1)
    return (x >= 0) & (y >= 0) & (x < width) & (y < height)


def _smallest_first(area: Tensor) -> Tensor:
    """[B, P]: people by area, of equals the later first."""
    last = area.shape[1] - 1
    return last - area.flip(1).sort(dim=1, stable=True).indices

"""Pictures of canvases: photos resampled by a layout, and changes of their look."""
import torch
import torch.nn.functional as F
from torch import Tensor

import geometry
from layout import Layout
from packs import Photos
from random_draws import Draws

MEAN = (0.485, 0.456, 0.406)
STANDARD_DEVIATION = (0.229, 0.224, 0.225)


def render_photos(photos: Photos, layout: Layout) -> Tensor:
    """The canvases [B, S, S, 3], 0..1."""
    values, inside = _resample(photos, layout, stride=1)
    return values[..., :3] + layout.fill[:, None, None] * (1 - inside)[..., None]


def render_region(photos: Photos, layout: Layout, stride: int, outside: bool) -> Tensor:
    """1 where loss counts, on the map: [B, S / stride, S / stride]. outside: whether it does where no photo is."""
    values, inside = _resample(photos, layout, stride)
    counts = values[..., 3] > 0.5
    if outside:
        counts |= inside <= 0.5
    return counts.float()


def _resample(photos: Photos, layout: Layout, stride: int) -> tuple[Tensor, Tensor]:
    grid = geometry.pixel_grid(layout.size, stride, layout.matrix.device)
    points = grid.expand(len(layout.photo), -1, -1, -1)
    tile = layout.tile_at(points)
    canvas = torch.arange(len(points), device=points.device)[:, None, None]
    at = geometry.apply(geometry.invert(layout.matrix)[canvas, tile], points)
    return geometry.sample(photos.pixels, photos.sizes, layout.photo[canvas, tile], at)


def vary_look(images: Tensor, draws: Draws) -> Tensor:
    """Brightness, colour, contrast, saturation, blur and noise of canvases [B, S, S, 3], each its own; 0..1."""
    count = len(images)
    draw = lambda low, high, channels=1: draws.uniform(low, high, count, 1, 1, channels)  # noqa: E731
    images = images * draw(0.6, 1.4) * draw(0.85, 1.15, 3)
    mean = images.mean((1, 2, 3), keepdim=True)
    images = (images - mean) * draw(0.6, 1.4) + mean + draw(-0.1, 0.1)
    grey = images.mean(-1, keepdim=True)
    saturation = draw(0.3, 1.5) * ~draws.chance(0.08, count, 1, 1, 1)
    images = grey + (images - grey) * saturation
    blurred = F.avg_pool2d(images.permute(0, 3, 1, 2), 3, 1, 1, count_include_pad=False).permute(0, 2, 3, 1)
    images = torch.where(draws.chance(0.25, count, 1, 1, 1), blurred, images)
    noise = draw(0, 0.04) * draws.chance(0.4, count, 1, 1, 1)
    return (images + draws.normal(*images.shape) * noise).clamp(0, 1)


def network_input(images: Tensor) -> Tensor:
    """Canvases [B, S, S, 3] as the network takes them: [B, 3, S, S], normalised, channels last in memory."""
    mean, deviation = images.new_tensor(MEAN), images.new_tensor(STANDARD_DEVIATION)
    return ((images - mean) / deviation).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)

"""Affine matrices on pixel indices, and bilinear sampling by them.

Matrices are [..., 2, 3], points (x, y): M p = A p + t. Pixel indices are coordinates (the first pixel's centre is
(0, 0)), for photos, canvases and maps alike.
"""
import torch
from torch import Tensor


def similarity(scale: Tensor, angle: Tensor, flipped: Tensor, source: Tensor, to: Tensor) -> Tensor:
    """Moves `source` to `to` [..., 2], there mirrored left to right where `flipped`, scaled, and turned by `angle`
    radians; positive turns clockwise as seen."""
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    mirror = torch.where(flipped, -1.0, 1.0)
    linear = torch.stack([torch.stack([cos * mirror, -sin], -1), torch.stack([sin * mirror, cos], -1)], -2)
    # Not a matrix product, here and below: as TF32 it would be off by tenths of a pixel.
    shift = to - (linear * source[..., None, :]).sum(-1)
    return torch.cat([linear, shift[..., None]], -1)


def mirror(matrices: Tensor, flipped: Tensor, size: float) -> Tensor:
    """The matrices, where `flipped` followed by x -> size - 1 - x."""
    first_row = torch.where(flipped[..., None], -matrices[..., 0, :], matrices[..., 0, :])
    first_row = torch.cat([first_row[..., :2], first_row[..., 2:] + flipped[..., None] * (size - 1)], -1)
    return torch.stack([first_row, matrices[..., 1, :]], -2)


def apply(matrices: Tensor, points: Tensor) -> Tensor:
    """M p for matrices [..., 2, 3] and points [..., 2]."""
    x, y = points[..., 0], points[..., 1]
    return torch.stack([matrices[..., row, 0] * x + matrices[..., row, 1] * y + matrices[..., row, 2]
                        for row in (0, 1)], -1)


def invert(matrices: Tensor) -> Tensor:
    (a, b, tx), (c, d, ty) = (matrices[..., row, :].unbind(-1) for row in (0, 1))
    determinant = a * d - b * c
    a, b, c, d = d / determinant, -b / determinant, -c / determinant, a / determinant
    return torch.stack([torch.stack([a, b, -(a * tx + b * ty)], -1), torch.stack([c, d, -(c * tx + d * ty)], -1)], -2)


def area_factor(matrices: Tensor) -> Tensor:
    return (matrices[..., 0, 0] * matrices[..., 1, 1] - matrices[..., 0, 1] * matrices[..., 1, 0]).abs()


def pixel_grid(size: int, stride: int, device: torch.device) -> Tensor:
    """The pixels (stride m, stride n) of a square canvas, [size / stride, size / stride, 2]."""
    steps = torch.arange(0, size, stride, device=device, dtype=torch.float32)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y], -1)


def sample(pixels: Tensor, sizes: Tensor, image: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
    """Bilinear values [..., 4] (0..1), zero outside the image, and the share of each that comes from inside [...].

    pixels uint8 [N, side, side, 4], sizes [N, 2] (width, height), image int64 [...], at [..., 2] in its pixels.
    """
    side = pixels.shape[1]
    # Four channels in one number: one read instead of four.
    packed = pixels.view(torch.int32).view(-1)
    corner = at.floor()
    part = at - corner
    last = sizes[image] - 1
    values, inside = 0, 0
    for dy in (0, 1):
        for dx in (0, 1):
            x, y = corner[..., 0] + dx, corner[..., 1] + dy
            valid = (x >= 0) & (y >= 0) & (x <= last[..., 0]) & (y <= last[..., 1])
            index = (image * side + y.clamp(0, side - 1).long()) * side + x.clamp(0, side - 1).long()
            read = packed[index].contiguous().unsqueeze(-1).view(torch.uint8)
            share = (part[..., 0] if dx else 1 - part[..., 0]) * (part[..., 1] if dy else 1 - part[..., 1]) * valid
            values = values + read * (share / 255)[..., None]
            inside = inside + share
    return values, inside

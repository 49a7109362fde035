"""The gather of the adaptive convolution as Triton kernels: one pass forward, one backward.

Features lie [N, H, W, C], so that a program reads whole channel rows. A program takes `BLOCK` taps (of all
positions' nine) with all C channels; `LANES` is C's next power of two, as Triton's ranges must be.
"""
import torch
import triton
import triton.language as tl
from torch import Tensor


@triton.jit
def _gather_kernel(features, positions, columns, height, width, taps, taps_per_image,
                   CHANNELS: tl.constexpr, LANES: tl.constexpr, BLOCK: tl.constexpr):
    tap = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    exists = tap < taps
    image = tap // taps_per_image
    y = tl.load(positions + tap * 2, mask=exists, other=-2.0)
    x = tl.load(positions + tap * 2 + 1, mask=exists, other=-2.0)
    # Far outside nothing is read; the bounds only keep the conversion to integers defined.
    y = tl.minimum(tl.maximum(y, -2.0), height + 1.0)
    x = tl.minimum(tl.maximum(x, -2.0), width + 1.0)
    y_floor = tl.floor(y)
    x_floor = tl.floor(x)
    y_part = y - y_floor
    x_part = x - x_floor
    channel = tl.arange(0, LANES)
    total = tl.zeros((BLOCK, LANES), tl.float32)
    for corner in tl.static_range(4):
        dy = corner // 2
        dx = corner % 2
        row = y_floor.to(tl.int32) + dy
        column = x_floor.to(tl.int32) + dx
        inside = exists & (row >= 0) & (row < height) & (column >= 0) & (column < width)
        share = tl.where(dy == 1, y_part, 1 - y_part) * tl.where(dx == 1, x_part, 1 - x_part)
        start = ((image * height + row) * width + column).to(tl.int64) * CHANNELS
        read = inside[:, None] & (channel < CHANNELS)[None, :]
        value = tl.load(features + start[:, None] + channel[None, :], mask=read, other=0.0).to(tl.float32)
        total += value * share[:, None]
    kept = exists[:, None] & (channel < CHANNELS)[None, :]
    tl.store(columns + tap.to(tl.int64)[:, None] * CHANNELS + channel[None, :],
             total.to(columns.dtype.element_ty), mask=kept)


@triton.jit
def _scatter_kernel(features, positions, grad_columns, grad_features, grad_positions, height, width, taps,
                    taps_per_image, CHANNELS: tl.constexpr, LANES: tl.constexpr, BLOCK: tl.constexpr):
    tap = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    exists = tap < taps
    image = tap // taps_per_image
    y = tl.load(positions + tap * 2, mask=exists, other=-2.0)
    x = tl.load(positions + tap * 2 + 1, mask=exists, other=-2.0)
    y = tl.minimum(tl.maximum(y, -2.0), height + 1.0)
    x = tl.minimum(tl.maximum(x, -2.0), width + 1.0)
    y_floor = tl.floor(y)
    x_floor = tl.floor(x)
    y_part = y - y_floor
    x_part = x - x_floor
    channel = tl.arange(0, LANES)
    kept = exists[:, None] & (channel < CHANNELS)[None, :]
    grad = tl.load(grad_columns + tap.to(tl.int64)[:, None] * CHANNELS + channel[None, :],
                   mask=kept, other=0.0).to(tl.float32)
    grad_y = tl.zeros((BLOCK,), tl.float32)
    grad_x = tl.zeros((BLOCK,), tl.float32)
    for corner in tl.static_range(4):
        dy = corner // 2
        dx = corner % 2
        row = y_floor.to(tl.int32) + dy
        column = x_floor.to(tl.int32) + dx
        inside = exists & (row >= 0) & (row < height) & (column >= 0) & (column < width)
        y_share = tl.where(dy == 1, y_part, 1 - y_part)
        x_share = tl.where(dx == 1, x_part, 1 - x_part)
        start = ((image * height + row) * width + column).to(tl.int64) * CHANNELS
        read = inside[:, None] & (channel < CHANNELS)[None, :]
        value = tl.load(features + start[:, None] + channel[None, :], mask=read, other=0.0).to(tl.float32)
        agreement = tl.sum(value * grad, 1)
        grad_y += agreement * x_share * (1.0 if dy == 1 else -1.0)
        grad_x += agreement * y_share * (1.0 if dx == 1 else -1.0)
        # Many taps meet in one cell.
        tl.atomic_add(grad_features + start[:, None] + channel[None, :], grad * (y_share * x_share)[:, None],
                      mask=read, sem="relaxed")
    tl.store(grad_positions + tap * 2, grad_y, mask=exists)
    tl.store(grad_positions + tap * 2 + 1, grad_x, mask=exists)


class _GatherTaps(torch.autograd.Function):
    @staticmethod
    def forward(ctx, features: Tensor, positions: Tensor) -> Tensor:
        count, height, width, channels = features.shape
        columns = torch.empty((count * height * width, 9 * channels), device=features.device, dtype=features.dtype)
        grid, sizes = _launch(features)
        _gather_kernel[grid](features, positions, columns, *sizes, num_warps=4)
        ctx.save_for_backward(features, positions)
        return columns

    @staticmethod
    def backward(ctx, grad_columns: Tensor) -> tuple[Tensor, Tensor]:
        features, positions = ctx.saved_tensors
        # float32: thousands of small atomic additions would be lost in half precision.
        grad_features = torch.zeros(features.shape, device=features.device, dtype=torch.float32)
        grad_positions = torch.empty_like(positions)
        grid, sizes = _launch(features)
        _scatter_kernel[grid](features, positions, grad_columns.contiguous(), grad_features, grad_positions, *sizes,
                              num_warps=4)
        return grad_features.to(features.dtype), grad_positions


def _launch(features: Tensor) -> tuple[tuple[int], tuple[int, ...]]:
    """The kernels' grid and their arguments from `height` on."""
    count, height, width, channels = features.shape
    taps = count * height * width * 9
    block = 16 if channels >= 128 else 64
    return ((triton.cdiv(taps, block),),
            (height, width, taps, 9 * height * width, channels, triton.next_power_of_2(channels), block))


def gather_taps_triton(features: Tensor, positions: Tensor) -> Tensor:
    """As adaptive_conv.gather_taps: features [N, H, W, C] and positions [N, H, W, 9, 2] (float32), both contiguous."""
    return _GatherTaps.apply(features, positions)

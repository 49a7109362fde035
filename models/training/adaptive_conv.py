"""Adaptive 3x3 convolution for training: gather at the affine taps, then one matrix product.

At position q, tap i reads the input at q + T g_i + (d - 1) g_i: T is the position's own 2x2 matrix, g_i the
tap's place (gy, gx) in the 3x3 grid, d the dilation. Sampling is bilinear and 0 outside the map. T = identity
makes it an ordinary dilated convolution.

Two implementations of the gather give the same numbers: plain PyTorch (any device, any precision; the
reference) and two Triton kernels (CUDA), which spare the memory traffic of the first. `python3 adaptive_conv.py`
compares them on a GPU.
"""
import functools
import importlib.util

import torch
from torch import Tensor

TAP_GRID = ((-1, -1, -1, 0, 0, 0, 1, 1, 1), (-1, 0, 1, -1, 0, 1, -1, 0, 1))
"""Rows gy and gx of the nine taps, in the order of a 3x3 kernel's weights."""


def adaptive_conv(features: Tensor, transform: Tensor, weight: Tensor, dilation: int = 1,
                  kernels: str | None = None) -> Tensor:
    """The adaptive convolution of `features`, without bias.

    features [N, C, H, W] (channels_last spares a copy), transform [N, 4, H, W]: T row-major in (row y, row x)
    order (yy, yx, xy, xx), weight [O, C, 3, 3]; returns [N, O, H, W] in the features' type. Differentiable in
    all three. `kernels`: 'triton' or 'torch'; by default Triton where features are on a GPU that has it.
    """
    count, channels, height, width = features.shape
    gather = _gather(kernels or ("triton" if features.is_cuda and has_triton() else "torch"))
    columns = gather(features.permute(0, 2, 3, 1).contiguous(), tap_positions(transform, dilation))
    matrix = weight.to(columns.dtype).permute(2, 3, 1, 0).reshape(9 * channels, -1)
    return (columns @ matrix).view(count, height, width, -1).permute(0, 3, 1, 2)


def tap_positions(transform: Tensor, dilation: int) -> Tensor:
    """Where each tap reads: [N, H, W, 9, 2] as (y, x) in cells, float32 (float64 for float64 transforms)."""
    # Half precision would move taps on large maps: at row 100 its steps are 1/16 (float16) or 1/2 (bfloat16).
    exact = transform if transform.dtype == torch.float64 else transform.float()
    count, _, height, width = exact.shape
    grid = exact.new_tensor(TAP_GRID)
    matrices = exact.permute(0, 2, 3, 1).reshape(count, height, width, 2, 2)
    # Not a matrix product: under autocast, and as TF32, that would round.
    offsets = matrices[..., :1] * grid[0] + matrices[..., 1:] * grid[1] + (dilation - 1) * grid
    rows = torch.arange(height, device=exact.device, dtype=exact.dtype)
    columns = torch.arange(width, device=exact.device, dtype=exact.dtype)
    cells = torch.stack(torch.meshgrid(rows, columns, indexing="ij"), -1)
    return (offsets.transpose(-1, -2) + cells[None, :, :, None, :]).contiguous()


def gather_taps(features: Tensor, positions: Tensor) -> Tensor:
    """The reference gather. features [N, H, W, C], positions [N, H, W, 9, 2]; returns [N * H * W, 9 * C]."""
    count, height, width, channels = features.shape
    corner = positions.detach().floor()
    fraction = positions - corner
    # Far outside all four neighbours count 0; the clamp only keeps the conversion to integers defined.
    y0 = corner[..., 0].clamp(-2, height + 1).long()
    x0 = corner[..., 1].clamp(-2, width + 1).long()
    image = torch.arange(count, device=features.device).view(-1, 1, 1, 1)
    cells = features.reshape(-1, channels)
    total = 0
    for dy in (0, 1):
        for dx in (0, 1):
            y, x = y0 + dy, x0 + dx
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            share = (fraction[..., 0] if dy else 1 - fraction[..., 0]) * (fraction[..., 1] if dx else 1 - fraction[..., 1])
            index = (image * height + y.clamp(0, height - 1)) * width + x.clamp(0, width - 1)
            total = total + cells.index_select(0, index.flatten()) * (share * inside).to(features.dtype).reshape(-1, 1)
    return total.view(count * height * width, 9 * channels)


@functools.lru_cache(maxsize=None)
def has_triton() -> bool:
    return importlib.util.find_spec("triton") is not None


def _gather(kernels: str):
    if kernels == "torch":
        return gather_taps
    from adaptive_conv_triton import gather_taps_triton
    return gather_taps_triton


def compare(device: str, sizes=((32, 32, 1), (48, 32, 2), (32, 32, 3), (256, 256, 1))) -> float:
    """The largest relative difference between both implementations in output and gradients, over
    (C, O, dilation) in `sizes`, in float32."""
    tf32 = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    worst = 0.0
    try:
        for channels, outputs, dilation in sizes:
            torch.manual_seed(0)
            features = torch.randn(2, channels, 13, 17, device=device, requires_grad=True)
            weight = torch.randn(outputs, channels, 3, 3, device=device, requires_grad=True)
            identity = torch.tensor([1.0, 0, 0, 1], device=device).view(1, 4, 1, 1)
            transform = (identity + 0.4 * torch.randn(2, 4, 13, 17, device=device)).requires_grad_()
            results = []
            for kernels in ("torch", "triton"):
                output = adaptive_conv(features, transform, weight, dilation, kernels)
                toward = torch.linspace(-1, 1, output.numel(), device=device).view_as(output)
                results.append((output, *torch.autograd.grad(output, (features, weight, transform), toward)))
            for name, reference, other in zip(("output", "features", "weight", "transform"), *results):
                difference = float((reference - other).abs().max() / reference.abs().max())
                print(f"{channels}->{outputs} dilation {dilation}, {name}: {difference:.1e}")
                worst = max(worst, difference)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = tf32
    return worst


if __name__ == "__main__":
    if not (torch.cuda.is_available() and has_triton()):
        raise SystemExit("the comparison needs a CUDA GPU and Triton")
    worst = compare("cuda")
    if not worst < 1e-5:
        raise SystemExit(f"the implementations differ by {worst:.1e}")

"""The two losses of the paper, with the released code's weights."""
import torch
from torch import Tensor

from rules import Rules
from targets import Targets

SMOOTH_L1_BETA = 1 / 9


def total_loss(heatmaps: Tensor, offsets: Tensor, targets: Targets, rules: Rules) -> tuple[Tensor, Tensor, Tensor]:
    """Their sum, the heatmap loss and the offset loss (its factor included), of a batch's outputs.

    heatmaps [B, K+1, h, w], offsets [B, 2K, h, w]."""
    heatmap = heatmap_loss(heatmaps, targets.heatmaps, targets.weights).mean()
    offset = rules.offset_factor * offset_loss(
        offsets, targets.offsets, targets.offset_weights, over_cells=rules.mean_over_cells)
    return heatmap + offset, heatmap, offset


def heatmap_loss(predicted: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Per image [B]: mean over channels and cells of weight * (predicted - target)^2.

    predicted and target [B, C, h, w], weights [B, C or 1, h, w]."""
    return (weights * (predicted.float() - target) ** 2).mean((1, 2, 3))


def offset_loss(predicted: Tensor, target: Tensor, weights: Tensor, over_cells: bool = False) -> Tensor:
    """Sum of weight * smooth L1 over the batch, divided by the number of non-zero weights; all arrays [B, 2K, h, w].

    over_cells: divided by 2K times the number of cells with any target instead."""
    difference = (predicted.float() - target).abs()
    smooth = torch.where(difference < SMOOTH_L1_BETA, difference ** 2 / (2 * SMOOTH_L1_BETA),
                         difference - SMOOTH_L1_BETA / 2)
    learned = weights > 0
    count = learned.any(1).sum() * weights.shape[1] if over_cells else learned.sum()
    # Where there is no target the answer must not matter, even if it is not finite.
    return torch.where(learned, weights * smooth, torch.zeros_like(smooth)).sum() / count.clamp(min=1)

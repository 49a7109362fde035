"""The paper's network (HRNet, heatmap head and regression head with adaptive convolutions), its modules named so
that the state dict has exactly the released checkpoints' names and shapes.

Every map is at stride 4 of the input. Two differences from the released training code: each of the three
heatmap blocks owns its convolutions (there they are one, see `tie_heatmap_blocks`), and the start is for training
without an ImageNet network (see `initialise`).
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from adaptive_conv import TAP_GRID, adaptive_conv
from data import keypoints


@dataclass(frozen=True)
class NetworkSize:
    """Channel counts: of the finest branch (the others double it) and of the two heads."""
    width: int
    heatmap_channels: int
    regression_channels: int
    keypoints: int = keypoints.COUNT


NETWORKS = {
    "w32": NetworkSize(32, 32, 256),
    "w48": NetworkSize(48, 48, 256),
    # Too small to be of use: for tests.
    "tiny_w4": NetworkSize(4, 8, 16),
}


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = _conv(channels, channels, 3)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = _conv(channels, channels, 3)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + x)


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions and a shortcut; four times `middle` channels out."""

    def __init__(self, inputs: int, middle: int):
        super().__init__()
        self.conv1 = _conv(inputs, middle, 1)
        self.bn1 = nn.BatchNorm2d(middle)
        self.conv2 = _conv(middle, middle, 3)
        self.bn2 = nn.BatchNorm2d(middle)
        self.conv3 = _conv(middle, 4 * middle, 1)
        self.bn3 = nn.BatchNorm2d(4 * middle)
        self.downsample = None
        if inputs != 4 * middle:
            self.downsample = nn.Sequential(_conv(inputs, 4 * middle, 1), nn.BatchNorm2d(4 * middle))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


class AdaptiveConv(nn.Module):
    """3x3 convolution whose taps the transform places; see adaptive_conv.py."""

    def __init__(self, channels: int, dilation: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, channels, 3, 3))
        self.dilation = dilation

    def forward(self, x: Tensor, transform: Tensor) -> Tensor:
        return adaptive_conv(x, transform, self.weight, self.dilation)


class AdaptiveBlock(nn.Module):
    """A basic block of adaptive convolutions. Both transforms come from the block's input."""

    def __init__(self, channels: int, dilation: int):
        super().__init__()
        # Released checkpoints hold the grid; nothing reads it.
        self.register_buffer("regular_matrix", torch.tensor(TAP_GRID, dtype=torch.float32))
        self.transform_matrix_conv1 = nn.Conv2d(channels, 4, 3, padding=1)
        self.stn_conv1 = AdaptiveConv(channels, dilation)
        self.bn1 = nn.BatchNorm2d(channels)
        self.transform_matrix_conv2 = nn.Conv2d(channels, 4, 3, padding=1)
        self.stn_conv2 = AdaptiveConv(channels, dilation)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.stn_conv1(x, self.transform_matrix_conv1(x))))
        return F.relu(self.bn2(self.stn_conv2(y, self.transform_matrix_conv2(x))) + x)


class HighResolutionModule(nn.Module):
    """Four basic blocks per branch, then every branch takes from every other.

    channels[i]: of branch i, finest first; each branch has half the sides of the one before.
    """

    def __init__(self, channels: list[int]):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(c) for _ in range(4))) for c in channels)
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(_fusion(channels, to, source) for source in range(len(channels)))
            for to in range(len(channels)))

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        maps = [branch(x) for branch, x in zip(self.branches, maps)]
        return [F.relu(sum(x if layer is None else layer(x) for layer, x in zip(row, maps)))
                for row in self.fuse_layers]


class PoseNetwork(nn.Module):
    """Input [N, 3, H, W] (normalised, sides multiples of 32) to heatmaps and offsets."""

    def __init__(self, size: NetworkSize):
        super().__init__()
        self.size = size
        widths = [size.width << branch for branch in range(4)]
        features, keypoints = sum(widths), size.keypoints
        self.conv1 = _conv(3, 64, 3, stride=2)
        self.bn1 = nn.BatchNorm2d(64)
        self.conv2 = _conv(64, 64, 3, stride=2)
        self.bn2 = nn.BatchNorm2d(64)
        self.layer1 = nn.Sequential(Bottleneck(64, 64), *(Bottleneck(256, 64) for _ in range(3)))
        self.transition1 = nn.ModuleList([
            _conv_norm_relu(256, widths[0], 3), nn.Sequential(_conv_norm_relu(256, widths[1], 3, stride=2))])
        self.stage2 = nn.Sequential(HighResolutionModule(widths[:2]))
        self.transition2 = _new_branch(widths, 2)
        self.stage3 = nn.Sequential(*(HighResolutionModule(widths[:3]) for _ in range(4)))
        self.transition3 = _new_branch(widths, 3)
        self.stage4 = nn.Sequential(*(HighResolutionModule(widths) for _ in range(3)))
        self.transition_cls = _conv_norm_relu(features, size.heatmap_channels, 1)
        self.transition_reg = _conv_norm_relu(features + keypoints, size.regression_channels, 1)
        self.multi_level_layers_4x_heatmap = nn.ModuleList(
            nn.Sequential(AdaptiveBlock(size.heatmap_channels, dilation)) for dilation in (1, 2, 3))
        self.multi_level_layers_4x_regression = nn.ModuleList(
            [nn.Sequential(AdaptiveBlock(size.regression_channels, 1))])
        self.final_layers = nn.ModuleList([
            nn.Conv2d(size.heatmap_channels, keypoints, 1), nn.Conv2d(size.regression_channels, 2 * keypoints + 1, 1)])
        initialise(self)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Heatmaps [N, K+1, H/4, W/4], the center map last; offsets [N, 2K, H/4, W/4] in cells (x0, y0, x1, ...):
        cell - keypoint."""
        features = self.features(x)
        narrow = self.transition_cls(features)
        heatmaps = sum(self.final_layers[0](block(narrow)) for block in self.multi_level_layers_4x_heatmap) / 3
        guided = self.transition_reg(torch.cat([features, heatmaps], 1))
        regression = self.final_layers[1](self.multi_level_layers_4x_regression[0](guided))
        return torch.cat([heatmaps, regression[:, -1:]], 1), regression[:, :-1]

    def features(self, x: Tensor) -> Tensor:
        """The four branches' last maps at the finest one's size: [N, 15 width, H/4, W/4]."""
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer1(F.relu(self.bn2(self.conv2(x))))
        maps = [transition(x) for transition in self.transition1]
        for module in self.stage2:
            maps = module(maps)
        maps.append(self.transition2[-1](maps[-1]))
        for module in self.stage3:
            maps = module(maps)
        maps.append(self.transition3[-1](maps[-1]))
        for module in self.stage4:
            maps = module(maps)
        sides = maps[0].shape[-2:]
        coarse = [F.interpolate(m, size=sides, mode="bilinear", align_corners=False) for m in maps[1:]]
        return torch.cat([maps[0], *coarse], 1)


@torch.no_grad()
def initialise(network: PoseNetwork) -> None:
    """Start from nothing: He's normal weights, biases 0, every transform the identity.

    The released code starts from an ImageNet HRNet with N(0, 0.001) elsewhere and all transforms 0 (the nine taps
    meet in one point). From nothing, the identity keeps the adaptive layers ordinary convolutions until they
    learn better.
    """
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, AdaptiveConv)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if getattr(module, "bias", None) is not None:
                nn.init.zeros_(module.bias)
    for module in network.modules():
        if isinstance(module, AdaptiveBlock):
            for transform in (module.transform_matrix_conv1, module.transform_matrix_conv2):
                nn.init.zeros_(transform.weight)
                transform.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 1.0]))


def tie_heatmap_blocks(network: PoseNetwork) -> None:
    """Gives the three heatmap blocks the first one's convolution weights, as the released training code does (their
    biases and BatchNorms stay their own). The state dict keeps every block's names. The shipped weights are not
    tied."""
    first, *others = (block[0] for block in network.multi_level_layers_4x_heatmap)
    for other in others:
        for name in ("transform_matrix_conv1", "stn_conv1", "transform_matrix_conv2", "stn_conv2"):
            getattr(other, name).weight = getattr(first, name).weight


def _conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


def _conv_norm_relu(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(_conv(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs), nn.ReLU())


def _new_branch(widths: list[int], branch: int) -> nn.ModuleList:
    """The transition that opens a branch from the one before; the others pass unchanged."""
    opening = nn.Sequential(_conv_norm_relu(widths[branch - 1], widths[branch], 3, stride=2))
    return nn.ModuleList([*(None for _ in range(branch)), opening])


def _fusion(channels: list[int], to: int, source: int) -> nn.Module | None:
    """What brings branch `source` to branch `to`'s size and channels; None for the branch itself."""
    if source == to:
        return None
    if source > to:
        return nn.Sequential(_conv(channels[source], channels[to], 1), nn.BatchNorm2d(channels[to]),
                             nn.Upsample(scale_factor=2 ** (source - to), mode="nearest"))
    halvings = [_conv_norm_relu(channels[source], channels[source], 3, stride=2) for _ in range(to - source - 1)]
    last = nn.Sequential(_conv(channels[source], channels[to], 3, stride=2), nn.BatchNorm2d(channels[to]))
    return nn.Sequential(*halvings, last)

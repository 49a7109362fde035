"""Random numbers of one generator on one device."""
import math

import torch
from torch import Tensor


class Draws:
    def __init__(self, device: torch.device, seed: int):
        self.device = device
        self.generator = torch.Generator(device=device)
        self.generator.manual_seed(seed)

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator, device=self.device)

    def log_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.exp(self.uniform(math.log(low), math.log(high), *shape))

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def chance(self, probability: float, *shape: int) -> Tensor:
        """bool, true with that probability."""
        return torch.rand(*shape, generator=self.generator, device=self.device) < probability

    def below(self, limit: Tensor) -> Tensor:
        """Whole numbers from 0 to limit - 1 (0 where the limit is 0), each with the same probability."""
        draws = torch.rand(limit.shape, generator=self.generator, device=self.device)
        return torch.minimum((draws * limit).long(), (limit - 1).clamp(min=0))

    def weighted(self, weights: Tensor, *shape: int) -> Tensor:
        """Indices into the weights, drawn with replacement."""
        count = math.prod(shape)
        return torch.multinomial(weights, count, replacement=True, generator=self.generator).view(shape)

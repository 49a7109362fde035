"""The exponential moving average of a network's state: these weights are what a run is for."""
import torch
from torch import Tensor, nn


class Average:
    """Weights and BatchNorm statistics, averaged in float32."""

    def __init__(self, network: nn.Module):
        self.state = {name: t.detach().clone().float() for name, t in network.state_dict().items()
                      if t.is_floating_point()}

    @torch.no_grad()
    def update(self, network: nn.Module, decay: float) -> None:
        """state = decay * state + (1 - decay) * network"""
        current = network.state_dict()
        # All tensors in a few kernels: there are nearly two thousand.
        averages = list(self.state.values())
        torch._foreach_mul_(averages, decay)
        torch._foreach_add_(averages, [current[name].float() for name in self.state], alpha=1 - decay)

    def state_dict(self, network: nn.Module) -> dict[str, Tensor]:
        """Every tensor under the network's names: the averages, and the whole numbers as they are."""
        return {name: self.state.get(name, t).clone() for name, t in network.state_dict().items()}


def decay_at(step: int, limit: float = 0.999) -> float:
    """After step + 1 updates: short at first, so that the start is soon forgotten."""
    return min(limit, (step + 1) / (step + 20))

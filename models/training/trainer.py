"""One training run's state: network, optimizer, average, how far it is. Saved whole and taken up again."""
import os
from pathlib import Path

import torch
from torch import nn

from average import Average, decay_at
from batches import Batch
from losses import total_loss
from network import PoseNetwork
from rules import Rules

WEIGHT_DECAY = 0.02


class Trainer:
    def __init__(self, network: PoseNetwork, rules: Rules, device: torch.device, frozen_norms: bool = False):
        """`frozen_norms`: BatchNorms use their running statistics and keep them, so that the network that is trained is
        the one that will run. Between statistics of the batch, activations that grow without bound are scaled away and
        never learned about."""
        self.device, self.rules = device, rules
        self.network = network.to(device).to(memory_format=torch.channels_last).train()
        if frozen_norms:
            for module in self.network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        self.optimizer = _optimizer(self.network, device)
        self.average = Average(self.network)
        self.step = 0
        self.seconds = 0.0
        """Of training, over all sittings."""

    def train(self, batch: Batch, rate: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One step; the total, heatmap and offset loss before it (on the device: reading them waits for it)."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            heatmaps, offsets = self.network(batch.images)
        losses = total_loss(heatmaps, offsets, batch.targets, self.rules)
        losses[0].backward()
        # The first gradients from random weights are wild.
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0 if self.step > 50 else 0.2)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update(self.network, decay_at(self.step))
        self.step += 1
        return tuple(loss.detach() for loss in losses)

    def save(self, path: Path, generator: torch.Generator) -> None:
        """Everything needed to go on; `ema` are the weights to use (see export.py). The file is complete or absent."""
        unfinished = path.with_suffix(path.suffix + ".part")
        torch.save({
            "ema": self.average.state_dict(self.network), "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict()["state"], "step": self.step,
            "seconds": torch.tensor(self.seconds), "generator": generator.get_state(),
        }, unfinished)
        os.replace(unfinished, path)

    def resume(self, path: Path, generator: torch.Generator) -> None:
        saved = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": saved["optimizer"]})
        self.average.state = {name: saved["ema"][name] for name in self.average.state}
        self.step, self.seconds = saved["step"], float(saved["seconds"])
        generator.set_state(saved["generator"].cpu())


def _optimizer(network: nn.Module, device: torch.device) -> torch.optim.AdamW:
    """AdamW with decay of the convolutions' weights alone, not of biases and BatchNorms."""
    parameters = list(network.parameters())
    groups = [{"params": [p for p in parameters if p.dim() > 1], "weight_decay": WEIGHT_DECAY},
              {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}]
    fused = {"fused": True} if device.type == "cuda" else {}
    return torch.optim.AdamW(groups, betas=(0.9, 0.99), **fused)

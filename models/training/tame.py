"""Some last steps that teach a trained network not to run away (see runaways.py), as the shipped weights had.

    python3 runaways.py coco_w32.pth coco_a.npz coco_b.npz --out runaways.npz
    python3 tame.py coco_w32.pth --runaways runaways.npz --photos coco_a.npz coco_b.npz --out tamed.pt
    python3 export.py tamed.pt coco_w32.pth

BatchNorms keep their running statistics, so that the network that is trained is the one that will run. A step is one
whole photo that runs away and some ordinary canvases; their gradients are clipped apart and added. Few steps are
enough, also on a CPU: a quarter of an hour on two cores.
"""
import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

import packs
from average import decay_at
from batches import Augmentation, Batch, BatchMaker
from checkpoint import read_state_dict
from layout import TileChoices
from losses import total_loss
from network import NETWORKS, PoseNetwork
from random_draws import Draws
from rules import RULES
from schedule import Phase, Schedule
from trainer import Trainer

WHOLE = Augmentation(TileChoices(single=1, double=0, aimed=0, person_size=(0.95, 1.3), upright=0.6), pasted=0)
"""One photo per canvas, its longer side 0.95 to 1.3 times the canvas': about as large as it ran away."""
ORDINARY = Augmentation(pasted=0)
LARGEST_GRADIENT = 0.2


def tame(trainer: Trainer, runaways: BatchMaker, ordinary: BatchMaker, schedule: Schedule, whole_size: int) -> None:
    phase = schedule.phases[0]
    for step in range(schedule.steps):
        for group in trainer.optimizer.param_groups:
            group["lr"] = schedule.rate(step, step / schedule.steps)
        whole = _gradients(trainer, runaways.make(1, whole_size, WHOLE))
        others = _gradients(trainer, ordinary.make(phase.batch, phase.size, ORDINARY))
        for parameter, *both in zip(trainer.network.parameters(), whole.gradients, others.gradients):
            parameter.grad = sum(gradient for gradient in both if gradient is not None)
        trainer.optimizer.step()
        trainer.optimizer.zero_grad(set_to_none=True)
        trainer.average.update(trainer.network, decay_at(step))
        trainer.step += 1
        print(f"step {trainer.step}: whole photo {whole}; ordinary {others}", flush=True)


class _gradients:
    """Those of one batch's loss, clipped."""

    def __init__(self, trainer: Trainer, batch: Batch):
        heatmaps, offsets = trainer.network(batch.images)
        loss, *_ = total_loss(heatmaps, offsets, batch.targets, trainer.rules)
        loss.backward()
        parameters = list(trainer.network.parameters())
        nn.utils.clip_grad_norm_(parameters, LARGEST_GRADIENT)
        self.loss, self.highest = float(loss.detach()), float(heatmaps.detach().amax())
        self.gradients: list[Tensor | None] = [parameter.grad for parameter in parameters]
        trainer.optimizer.zero_grad(set_to_none=True)

    def __str__(self) -> str:
        return f"loss {self.loss:.4f}, heatmaps to {self.highest:.2f}"


def main(argv: list[str] | None = None) -> Trainer:
    parser = argparse.ArgumentParser(description="Teaches a trained network not to run away.")
    add = parser.add_argument
    add("checkpoint")
    add("--runaways", required=True, metavar="PACK", help="by runaways.py")
    add("--photos", nargs="+", required=True, metavar="PACK")
    add("--out", type=Path, default=Path("tamed.pt"))
    add("--network", choices=sorted(NETWORKS), default="w32")
    add("--rules", choices=sorted(RULES), default="shipped")
    add("--steps", type=int, default=45)
    add("--rate", type=float, default=5e-5)
    add("--size", type=int, default=384, help="side of the ordinary canvases (%(default)s)")
    add("--batch", type=int, default=2, help="ordinary canvases per step (%(default)s)")
    add("--whole-size", type=int, default=576, help="side of the canvas with a whole photo (%(default)s)")
    add("--device", help="cuda or cpu; by default the GPU if there is one")
    options = parser.parse_args(argv)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    network = PoseNetwork(NETWORKS[options.network])
    network.load_state_dict(read_state_dict(options.checkpoint))
    rules = RULES[options.rules]
    trainer = Trainer(network, rules, device, frozen_norms=True)
    draws = Draws(device, 0)
    schedule = Schedule(options.rate, warmup=3, seconds=None, steps=options.steps,
                        phases=(Phase(options.size, options.batch),))
    tame(trainer, BatchMaker(packs.load_photos([options.runaways], device), None, rules, draws),
         BatchMaker(packs.load_photos(options.photos, device), None, rules, draws), schedule, options.whole_size)
    trainer.save(options.out, draws.generator)
    return trainer


if __name__ == "__main__":
    main()

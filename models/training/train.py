"""Trains the network on packs of photos and synthetic people, on one GPU (README.md has the commands).

    python3 train.py --photos a.npz b.npz --sprites people.npz --minutes 25 --out run.pt
    python3 export.py run.pt coco_w32.pth
"""
import argparse
import math
import time
from pathlib import Path

import torch

import packs
from batches import Augmentation, BatchMaker, Prefetcher
from checkpoint import read_state_dict
from layout import TileChoices
from network import NETWORKS, PoseNetwork, tie_heatmap_blocks
from random_draws import Draws
from rules import RULES
from schedule import Phase, Schedule
from trainer import Trainer

REPORT_EVERY = 100
SMALLER_PEOPLE = 0.7
"""Factor on the smallest person's share of a canvas in the second phase: its canvases are larger."""


def main(argv: list[str] | None = None) -> Trainer:
    options = parse(argv)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")

    photos = packs.load_photos(options.photos, device, options.limit)
    sprites = packs.load_sprites(options.sprites, device, options.limit) if options.sprites else None
    print(f"{len(photos.people)} photos with {int(photos.people.sum())} people, "
          f"{0 if sprites is None else len(sprites.cut)} synthetic people, on {device}", flush=True)

    network = PoseNetwork(NETWORKS[options.network])
    if options.init:
        network.load_state_dict(read_state_dict(options.init))
    if options.tie_heatmap_blocks:
        tie_heatmap_blocks(network)
    rules = RULES[options.rules]
    trainer = Trainer(network, rules, device)
    draws = Draws(device, options.seed)
    if options.resume and options.out.exists():
        trainer.resume(options.out, draws.generator)
        print(f"resumed after step {trainer.step}, {trainer.seconds / 60:.1f} minutes", flush=True)

    run(trainer, BatchMaker(photos, sprites, rules, draws), schedule_of(options), augmentation_of(options), options)
    return trainer


def run(trainer: Trainer, maker: BatchMaker, schedule: Schedule, augmentation: Augmentation, options) -> None:
    """Trains until a budget is spent, and saves."""
    batches = Prefetcher(maker)
    generator = maker.draws.generator
    before = trainer.seconds
    started = time.monotonic()

    def start_batch(progress: float) -> None:
        phase = schedule.phase(progress)
        batches.start(phase.batch, phase.size, augmentation.with_smaller_people(phase.smaller_people))

    progress = schedule.progress(trainer.step, trainer.seconds)
    start_batch(progress)
    while progress < 1:
        losses = trainer.train(batches.take(), schedule.rate(trainer.step, progress))
        trainer.seconds = before + time.monotonic() - started
        progress = schedule.progress(trainer.step, trainer.seconds)
        start_batch(progress)
        if trainer.step % REPORT_EVERY == 0 or trainer.step <= 3:
            total, heatmap, offset = map(float, losses)
            print(f"step {trainer.step} ({progress:.0%}, {trainer.seconds:.0f} s, {schedule.phase(progress).size} px): "
                  f"loss {total:.5f} = heatmaps {heatmap:.5f} + offsets {offset:.5f}", flush=True)
            if not math.isfinite(total):
                raise FloatingPointError(f"the loss is {total} at step {trainer.step}; the last checkpoint is kept")
        if trainer.step % options.save_every == 0:
            trainer.save(options.out, generator)
    trainer.save(options.out, generator)
    print(f"saved {options.out} after {trainer.step} steps, {trainer.seconds / 60:.1f} minutes", flush=True)


def schedule_of(options) -> Schedule:
    phases = [Phase(options.size, options.batch)]
    if options.size2:
        phases.append(Phase(options.size2, options.batch2 or options.batch, SMALLER_PEOPLE))
    return Schedule(learning_rate=options.rate, warmup=options.warmup, seconds=options.minutes and options.minutes * 60,
                    steps=options.steps, phases=tuple(phases), change_at=options.change_at if options.size2 else 1.0)


def augmentation_of(options) -> Augmentation:
    if options.augmentation == "released":
        return Augmentation(tiles=None, pasted=0.0, look=False)
    return Augmentation(TileChoices(person_size=(options.smallest, options.largest)), options.pasted)


def parse(argv: list[str] | None):
    parser = argparse.ArgumentParser(description="Trains the pose network.")
    add = parser.add_argument
    add("--photos", nargs="+", required=True, metavar="PACK", help="packs of photos")
    add("--sprites", nargs="*", default=[], metavar="PACK", help="packs of synthetic people")
    add("--out", type=Path, default=Path("run.pt"), help="checkpoint to write (%(default)s)")
    add("--resume", action="store_true", help="go on from --out if it exists")
    add("--init", help="weights to start from: .pth in any of PyTorch's formats, or a training checkpoint")
    add("--network", choices=sorted(NETWORKS), default="w32")
    add("--tie-heatmap-blocks", action="store_true", help="one set of convolutions for the three heatmap blocks")
    add("--rules", choices=sorted(RULES), default="released", help="targets and losses (%(default)s)")
    add("--augmentation", choices=("tiles", "released"), default="tiles")
    add("--minutes", type=float, help="time budget; the learning rate falls over it")
    add("--steps", type=int, help="step budget; with both, whichever is spent first")
    add("--size", type=int, default=256, help="side of the canvases, a multiple of 32 (%(default)s)")
    add("--batch", type=int, default=64, help="canvases per step (%(default)s)")
    add("--size2", type=int, help="side of the canvases in the second phase")
    add("--batch2", type=int)
    add("--change-at", type=float, default=0.75, help="share of the run after which it begins (%(default)s)")
    add("--rate", type=float, default=1.5e-3, help="highest learning rate (%(default)s)")
    add("--warmup", type=int, default=300, help="steps to it (%(default)s)")
    add("--smallest", type=float, default=0.16, help="smallest aimed person, as a share of the canvas (%(default)s)")
    add("--largest", type=float, default=1.0)
    add("--pasted", type=float, default=0.5, help="probability of synthetic people on a canvas (%(default)s)")
    add("--seed", type=int, default=0)
    add("--save-every", type=int, default=500, metavar="STEPS")
    add("--limit", type=int, help="take this many photos and sprites of each pack, to try things out")
    add("--device", help="cuda or cpu; by default the GPU if there is one")
    options = parser.parse_args(argv)
    if not options.minutes and not options.steps:
        parser.error("give a budget: --minutes, --steps or both")
    for size in (options.size, options.size2 or 32):
        if size % 32:
            parser.error(f"sides of canvases are multiples of 32, not {size}")
    return options


if __name__ == "__main__":
    main()

"""Finds photos on which a network runs away: heatmaps far above 1, the most they were trained for.

    python3 runaways.py coco_w32.pth coco_a.npz coco_b.npz --out runaways.npz

Blocks of a residual network can feed what they add back into what they read, and between BatchNorms that normalise by
the batch, as in training, nobody notices. With running statistics, on wide smooth areas (sky, water), it grows from
block to block. Writes a pack of those photos, for tame.py.
"""
import argparse
import random

import cv2
import numpy as np
import torch
from torch import Tensor

import packs
import render
from checkpoint import read_state_dict
from data import pack as photo_packs
from data.pack import Pack, PackWriter
from network import NETWORKS, PoseNetwork

HIGHEST = 2.0
"""A network that works has heatmaps up to a little above 1."""
STRIDE = 32
"""Sides of the network's input are multiples of it."""


@torch.inference_mode()
def runs_away(network: PoseNetwork, photo: np.ndarray, short_side: int) -> bool:
    """photo: uint8 BGR [height, width, 3]; it is scaled, the longer side to the next lower multiple of 32."""
    heatmaps, _ = network(_input(photo, short_side).to(next(network.parameters()).device))
    return not bool(heatmaps.amax() <= HIGHEST)


def find(network: PoseNetwork, pack: Pack, photos: list[int], short_side: int) -> list[int]:
    """Those of the photos (indices into the pack) on which the network runs away."""
    return [index for index in photos if runs_away(network, pack.photo(index), short_side)]


def copy_photo(writer: PackWriter, pack: Pack, index: int) -> None:
    points, boxes = pack.people(index)
    writer.add(pack.names[index], pack.photo_bytes(index), list(zip(points, boxes)), pack.ignored(index))


def _input(photo: np.ndarray, short_side: int) -> Tensor:
    height, width = photo.shape[:2]
    scale = short_side / min(height, width)
    size = [max(short_side, int(side * scale) // STRIDE * STRIDE) for side in (width, height)]
    picture = cv2.cvtColor(cv2.resize(photo, size), cv2.COLOR_BGR2RGB)
    return render.network_input(torch.from_numpy(picture)[None] / 255)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Packs the photos on which a network runs away.")
    parser.add_argument("checkpoint")
    parser.add_argument("packs", nargs="+")
    parser.add_argument("--out", default="runaways.npz")
    parser.add_argument("--network", choices=sorted(NETWORKS), default="w32")
    parser.add_argument("--size", type=int, default=384, help="shorter side of the photos (%(default)s)")
    parser.add_argument("--look-at", type=int, help="this many photos of each pack, drawn by chance; all if left out")
    parser.add_argument("--device", help="cuda or cpu; by default the GPU if there is one")
    options = parser.parse_args(argv)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    network = PoseNetwork(NETWORKS[options.network])
    network.load_state_dict(read_state_dict(options.checkpoint))
    network.to(device).eval()
    writer = PackWriter()
    for path in options.packs:
        pack = photo_packs.read(path)
        packs.refuse_evaluation_photos(path, pack)
        photos = random.Random(0).sample(range(len(pack)), min(options.look_at or len(pack), len(pack)))
        found = find(network, pack, photos, options.size)
        for index in found:
            copy_photo(writer, pack, index)
        print(f"{path}: {len(found)} of {len(photos)} photos", flush=True)
    if len(writer) == 0:
        print("none found, nothing written")
        return
    writer.save(options.out)


if __name__ == "__main__":
    main()

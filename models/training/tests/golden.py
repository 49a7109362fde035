"""Reads the golden vectors in fixtures/: targets, losses and augmentation as the authors' released code makes them."""
import json
from pathlib import Path

import numpy as np
import torch

from geometry import mirror
from layout import TILES, Layout, crop_label_shift, crop_matrix
from packs import Photos
from targets import People

FOLDER = Path(__file__).resolve().parent / "fixtures"


def read_json(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read_arrays(name: str) -> dict[str, torch.Tensor]:
    with np.load(FOLDER / f"{name}.npz") as file:
        return {key: torch.from_numpy(file[key]) for key in file.files}


def photo_of(case: dict, side: int | None = None) -> Photos:
    """One photo with a case's joints, boxes and masked rectangles; its colours are one grey."""
    width, height = case["image_size"]
    side = side or max(width, height)
    pixels = torch.zeros(1, side, side, 4, dtype=torch.uint8)
    pixels[0, :height, :width] = torch.tensor([120, 120, 120, 255], dtype=torch.uint8)
    for person in case.get("people", []):
        if person["masked_rectangle"]:
            left, top, right, bottom = person["masked_rectangle"]
            pixels[0, top:bottom, left:right, 3] = 0
    joints = torch.tensor(case["joints_image"])[None, :, :-1]
    sides = torch.tensor(case["box_area_image"]).sqrt()[None, :, None].expand(-1, -1, 2)
    return Photos(pixels=pixels, sizes=torch.tensor([[float(width), float(height)]]), joints=joints[..., :2],
                  labels=joints[..., 2].to(torch.int8), boxes=torch.cat([torch.zeros_like(sides), sides], -1),
                  people=torch.tensor([joints.shape[1]]), weights=torch.ones(1))


def layout_of(case: dict, stride: int) -> Layout:
    """A crop as the case's draws make it."""
    draws, size = case["draws"], case["input_size"]
    sides = torch.tensor(case["image_size"], dtype=torch.float64)
    scale = torch.tensor(0.75 + 0.75 * draws["u_scale"], dtype=torch.float64)
    angle = torch.deg2rad(torch.tensor((2 * draws["u_rotation"] - 1) * 30, dtype=torch.float64))
    flipped = torch.tensor(draws["u_flip"] < 0.5)
    move = torch.tensor([draws["dx"], draws["dy"]], dtype=torch.float64)
    matrix = mirror(crop_matrix(sides, size, scale, angle, move), flipped, size)
    return Layout(size=size, photo=torch.zeros(1, TILES, dtype=torch.long), matrix=matrix.float().expand(1, TILES, 2, 3),
                  flipped=flipped.expand(1, TILES), label_shift=crop_label_shift(flipped, stride).expand(1, TILES),
                  split=torch.full((1, 2), float(size)), used=torch.tensor([[True, False, False, False]]),
                  fill=torch.zeros(1, 3))


def people_of(joints: list, area: list) -> People:
    """One image's people from joint lists [P][K+1][x, y, v] on a map, the center last."""
    rows = torch.tensor(joints)[None]
    shown = rows[..., 2] > 0
    return People(joints=rows[:, :, :-1, :2], labelled=shown[:, :, :-1], unknown=torch.zeros_like(shown[:, :, :-1]),
                  centers=rows[:, :, -1, :2], has_center=shown[:, :, -1], area=torch.tensor(area)[None])

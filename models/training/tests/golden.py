"""Reads the golden vectors in fixtures/: targets, losses and augmentation as the authors' released code makes them."""
import json
from pathlib import Path

import numpy as np
import torch

from targets import People

FOLDER = Path(__file__).resolve().parent / "fixtures"


def read_json(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text())


def read_arrays(name: str) -> dict[str, torch.Tensor]:
    with np.load(FOLDER / f"{name}.npz") as file:
        return {key: torch.from_numpy(file[key]) for key in file.files}


def people_of(joints: list, area: list) -> People:
    """One image's people from joint lists [P][K+1][x, y, v] on a map, the center last."""
    rows = torch.tensor(joints)[None]
    shown = rows[..., 2] > 0
    return People(joints=rows[:, :, :-1, :2], labelled=shown[:, :, :-1], unknown=torch.zeros_like(shown[:, :, :-1]),
                  centers=rows[:, :, -1, :2], has_center=shown[:, :, -1], area=torch.tensor(area)[None])

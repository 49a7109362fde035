"""Reads state dicts: raw ones, those under `state_dict`, and with `module.` before every name."""
import gzip
from pathlib import Path

import torch
from torch import Tensor

_PREFIX = "module."
_WRAPPERS = ("ema", "state_dict", "model")


def read_state_dict(path: str | Path) -> dict[str, Tensor]:
    """A checkpoint's tensors on the CPU, by the released names; floating ones as float32. Of a training checkpoint
    (see train.py) the averaged weights. `.gz` files are unpacked."""
    with (gzip.open(path, "rb") if str(path).endswith(".gz") else open(path, "rb")) as file:
        # Tensors only: nothing else in the file is executed.
        tensors = torch.load(file, map_location="cpu", weights_only=True)
    for key in _WRAPPERS:
        if key in tensors and not isinstance(tensors[key], Tensor):
            tensors = tensors[key]
            break
    if all(name.startswith(_PREFIX) for name in tensors):
        tensors = {name[len(_PREFIX):]: tensor for name, tensor in tensors.items()}
    return {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}

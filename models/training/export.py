"""Writes a network's weights as the checkpoint that `npx manypose convert` reads.

    python3 export.py run.pt coco_w32.pth

Takes training checkpoints (their averaged weights) and any other that checkpoint.py reads.
"""
import argparse

import torch
from torch import Tensor

from checkpoint import read_state_dict


def export(state: dict[str, Tensor], path: str) -> None:
    """A plain state dict under the released names in PyTorch's zip format, floating tensors in float16.

    Raises ValueError for numbers that half precision does not hold: nothing is written then."""
    tensors = {}
    for name, tensor in state.items():
        # A copy of its own: tensors that share a storage would carry all of it.
        exported = tensor.detach().to("cpu", torch.float16 if tensor.is_floating_point() else tensor.dtype, copy=True)
        if exported.is_floating_point() and not torch.isfinite(exported).all():
            raise ValueError(f"{name} has values that are not finite in half precision")
        tensors[name] = exported.contiguous()
    torch.save(tensors, path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a checkpoint's weights for `npx manypose convert`.")
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    arguments = parser.parse_args()
    export(read_state_dict(arguments.checkpoint), arguments.out)


if __name__ == "__main__":
    main()

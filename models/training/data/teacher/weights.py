"""Where the teacher's weights are expected, and that they are the ones this code was written for.

They are other people's work and no part of this repository; ../README.md says where they come from.
"""
import hashlib
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights")

SHA256 = {
    "rtmdet-nano-person.onnx": "3ffba1489bb1cd4e4744f505f6423e2173c188795860e94c0fe9937ab6133a0f",
    "tinypose_256x192.param": "7e418f7ee6e8d4ab11b774cd879ddae22b5f91ea41e5142c2c652e04f3056e85",
    "tinypose_256x192.bin": "70fad87fa3004edcae4d628bcb0c6be1ba8b0f93991097b42cf8da6fe8c1968b",
}


class WeightsError(ValueError):
    """A file of weights is missing or another one than expected."""


def find(name, folder=FOLDER):
    """The path of a file of weights, its hash checked."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        raise WeightsError(f"{path} is missing; the README of the data preparation says where to get it")
    with open(path, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != SHA256[name]:
        raise WeightsError(f"{path} is not the expected file: SHA-256 {found}, not {SHA256[name]}")
    return path


def open_session(model):
    """An ONNX Runtime session on one thread. model: a path, or a model's bytes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # photos are many and small: run one process for each core instead
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

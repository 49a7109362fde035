"""Reads BVH files (recorded motion) and computes where their joints are."""
from dataclasses import dataclass

import numpy as np


class BvhError(ValueError):
    """The file is no BVH, or not a whole one."""


@dataclass
class Clip:
    names: list           # joints, parents first
    parents: list         # index of each joint's parent, -1 for the root
    offsets: np.ndarray   # float [joints, 3] from the parent
    channels: list        # of each joint, such as ["Zrotation", "Xrotation", "Yrotation"]
    frames: np.ndarray    # float [frames, channels of all joints], degrees and lengths


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    head, found, motion = text.partition("MOTION")
    if not head.lstrip().startswith("HIERARCHY") or not found:
        raise BvhError(f"{path} is no BVH file")
    names, parents, offsets, channels, open_joints, new = [], [], [], [], [], None
    for line in head.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] in ("ROOT", "JOINT"):
            new = len(names)
            names.append(words[1])
            parents.append(open_joints[-1] if open_joints else -1)
            offsets.append([0.0, 0.0, 0.0])
            channels.append([])
        elif words[0] == "End":
            new = None  # the end of a limb: no joint, only an offset
        elif words[0] == "{":
            open_joints.append(new)
        elif words[0] == "}":
            open_joints.pop()
        elif words[0] == "OFFSET" and open_joints[-1] is not None:
            offsets[open_joints[-1]] = [float(word) for word in words[1:4]]
        elif words[0] == "CHANNELS":
            channels[open_joints[-1]] = words[2:]
    # "Frames: 5" and "Frame Time: 0.008", then the numbers.
    words = motion.split()
    if len(words) < 5 or words[0] != "Frames:" or words[2:4] != ["Frame", "Time:"]:
        raise BvhError(f"{path} has no frames")
    count, width = int(words[1]), sum(map(len, channels))
    numbers = np.array(words[5:], np.float64)
    if len(numbers) != count * width:
        raise BvhError(f"{path} has {len(numbers)} numbers for {count} frames of {width}")
    return Clip(names, parents, np.array(offsets), channels, numbers.reshape(count, width))


def rotations_about(axis, angles):
    """[n, 3, 3] rotations about X, Y or Z by angles [n] in radians."""
    i = "XYZ".index(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    matrices = np.zeros((len(angles), 3, 3))
    matrices[:, i, i] = 1
    matrices[:, j, j] = matrices[:, k, k] = np.cos(angles)
    matrices[:, k, j] = np.sin(angles)
    matrices[:, j, k] = -matrices[:, k, j]
    return matrices


def forward_kinematics(clip, stride=1):
    """({joint: global rotations [n, 3, 3]}, {joint: positions [n, 3]}) of every stride-th frame."""
    frames, rotations, positions, column = clip.frames[::stride], {}, {}, 0
    for name, parent, offset, channels in zip(clip.names, clip.parents, clip.offsets, clip.channels):
        local, place = np.tile(np.eye(3), (len(frames), 1, 1)), np.tile(offset, (len(frames), 1))
        for channel in channels:
            if channel.endswith("rotation"):
                local = local @ rotations_about(channel[0], np.radians(frames[:, column]))
            elif parent < 0:
                place[:, "XYZ".index(channel[0])] = frames[:, column]
            column += 1
        if parent < 0:
            rotations[name], positions[name] = local, place
        else:
            above = clip.names[parent]
            rotations[name] = rotations[above] @ local
            positions[name] = positions[above] + np.einsum("nij,nj->ni", rotations[above], place)
    return rotations, positions

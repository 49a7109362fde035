"""Arm poses: where people hold their hands, reached by two-bone inverse kinematics.

Targets are wrist positions in the template's coordinates, the chest upright: the shoulders are at about x 0.17, y 0.52,
the mouth at y 0.64. They are given for the left arm; the right arm's x is mirrored.
"""
import math

import numpy as np

from .rotations import frame, from_vector, unit

# Family: (range of x, of y, of z, pole or None). The pole is the direction in which the elbow points.
FAMILIES = {
    "relaxed": ((0.17, 0.34), (0.06, 0.16), (-0.06, 0.16), None),
    "hips": ((0.17, 0.22), (0.06, 0.16), (-0.03, 0.07), (1, -0.1, -0.5)),
    "crossed": ((-0.10, -0.02), (0.26, 0.36), (0.17, 0.23), (0.6, -0.8, 0.2)),
    "wave": ((0.22, 0.48), (0.55, 0.90), (0.02, 0.30), (0.8, -0.7, -0.2)),
    "up": ((0.02, 0.45), (0.80, 1.00), (-0.08, 0.20), (1, -0.1, 0.1)),
    "side": ((0.50, 0.65), (0.40, 0.75), (-0.10, 0.15), (0.1, -0.8, -0.6)),
    "face": ((0.00, 0.09), (0.58, 0.68), (0.17, 0.25), (0.5, -0.9, 0.1)),
    "ear": ((0.10, 0.16), (0.62, 0.72), (0.03, 0.12), (0.7, -0.7, 0.1)),
    "head": ((0.05, 0.15), (0.78, 0.88), (-0.06, 0.06), (1, 0.1, 0.2)),
    "desk": ((0.02, 0.22), (0.18, 0.32), (0.28, 0.42), (0.6, -0.8, -0.2)),
    "phone": ((-0.02, 0.10), (0.34, 0.55), (0.24, 0.36), (0.5, -0.9, 0)),
    "pockets": ((0.19, 0.24), (0.07, 0.12), (0.03, 0.09), (0.8, -0.2, -0.7)),
    "back": ((-0.02, 0.10), (0.10, 0.20), (-0.17, -0.12), (0.9, -0.1, -0.4)),
    "drink": ((0.02, 0.10), (0.56, 0.66), (0.18, 0.28), (0.8, -0.6, 0.1)),
    "neck": ((0.03, 0.10), (0.60, 0.70), (-0.08, -0.02), (1, 0.2, 0.4)),
    "ride": ((0.20, 0.25), (0.25, 0.35), (0.31, 0.41), None),
    "surf": ((0.35, 0.55), (0.35, 0.65), (-0.10, 0.30), None),
}

# What the two arms do, and how often. "point" and "reach" are directions, "two" holds one thing with both hands.
PAIRS = {
    ("relaxed", "relaxed"): 14, ("hips", "hips"): 6, ("crossed", "crossed"): 7, ("wave", "relaxed"): 8, ("wave", "wave"): 2,
    ("up", "up"): 7, ("side", "side"): 4, ("face", "relaxed"): 4, ("face", "desk"): 3, ("ear", "relaxed"): 4,
    ("ear", "desk"): 2, ("head", "head"): 4, ("desk", "desk"): 9, ("phone", "phone"): 6, ("phone", "relaxed"): 4,
    ("point", "relaxed"): 5, ("point", "hips"): 2, ("pockets", "pockets"): 3, ("back", "back"): 2, ("reach", "reach"): 16,
    ("reach", "relaxed"): 6, ("drink", "relaxed"): 3, ("drink", "desk"): 2, ("neck", "relaxed"): 2, ("up", "relaxed"): 3,
    ("wave", "desk"): 4, ("face", "face"): 2, ("hips", "relaxed"): 3, ("pockets", "phone"): 2, ("up", "side"): 2,
    ("point", "point"): 3, ("two", "two"): 14, ("ride", "ride"): 4, ("surf", "surf"): 4,
}

SHOULDER = np.array([0.17, 0.52, 0.015])


def sample_pair(random):
    pairs, weights = list(PAIRS), np.array(list(PAIRS.values()), float)
    pair = pairs[random.choice(len(pairs), p=weights / weights.sum())]
    return pair if random.random() < 0.5 else pair[::-1]


def sample_target(family, random):
    """(wrist position [3], pole [3] or None) of the left arm."""
    if family == "point":
        azimuth, elevation = random.uniform(-0.5, 1.6), random.uniform(-0.6, 1.0)
        direction = np.array([math.sin(azimuth) * math.cos(elevation), math.sin(elevation), math.cos(azimuth) * math.cos(elevation)])
        return SHOULDER + 0.44 * direction, None
    if family == "reach":
        direction = unit(np.array([random.normal(0.25, 0.8), random.normal(-0.1, 0.8), random.normal(0.4, 0.5)]))
        target = SHOULDER + direction * random.uniform(0.22, 0.45)
        if target[0] < 0.2 and target[2] < 0.12:  # not into the trunk
            target[2] = random.uniform(0.2, 0.3)
        return target, None
    *ranges, pole = FAMILIES[family]
    return np.array([random.uniform(*r) for r in ranges]), pole


def sample_held(random):
    """Wrist positions of the left and the right arm that hold one thing (a bat, a wheel, a child)."""
    center = np.array([random.normal(0, 0.16), random.uniform(0.1, 0.85), random.uniform(0.16, 0.4)])
    if random.random() < 0.3:  # beside the body
        center[0], center[2] = random.choice([-1, 1]) * random.uniform(0.1, 0.35), random.uniform(0.05, 0.3)
    apart = random.normal(0, 0.05, 3) + [0.03, 0, 0]
    return center + apart, center - apart


def reach(skeleton, side, target, random, pole=None):
    """Local rotations of upper arm, forearm and hand (as in skeleton.to_local) that bring the wrist to a target, or as
    near as the arm's length allows."""
    mirror = np.array([1 if side == "L" else -1, 1, 1])
    upper, lower = skeleton.upper_length[side], skeleton.lower_length[side]
    way = np.asarray(target, float) - skeleton.shoulder[side]
    distance = min(max(float(np.linalg.norm(way)), 0.30 * (upper + lower)), 0.992 * (upper + lower))
    way = unit(way)
    if pole is None:
        pole = random.normal(0, 1, 3) * [0.3, 0.3, 0.35] + [0.55, -0.75, -0.45]
    else:
        pole = np.asarray(pole, float) + random.normal(0, 0.15, 3)
    pole = pole * mirror
    outward = unit(pole - (pole @ way) * way)
    cosine = (upper ** 2 + distance ** 2 - lower ** 2) / (2 * upper * distance)  # the law of cosines
    cosine = min(1.0, max(-1.0, cosine))
    along_upper = way * cosine + outward * math.sqrt(1 - cosine ** 2)
    along_lower = unit(way * distance - along_upper * upper)
    bend = unit(np.cross(along_upper, along_lower))
    upper_arm = frame(along_upper, bend) @ frame(skeleton.upper_arm[side], skeleton.elbow[side]).T
    forearm = frame(along_lower, bend) @ frame(skeleton.forearm[side], skeleton.elbow[side]).T
    hand = from_vector(skeleton.forearm[side] * random.normal(0, 0.5) * mirror[0]) \
        @ from_vector(skeleton.finger[side, 3] * random.normal(0, 0.3))
    return upper_arm, upper_arm.T @ forearm, hand


def sample_arms(skeleton, pair, random):
    """Local rotations of both arms for a pair of families."""
    local = {}
    held = sample_held(random)
    for side, family, held_target in zip("LR", pair, held):
        if family == "two":
            target, pole = held_target, None
        else:
            target, pole = sample_target(family, random)
            target = target * [1 if side == "L" else -1, 1, 1]
        arm = reach(skeleton, side, target, random, pole)
        local |= {f"upper_arm.{side}": arm[0], f"forearm.{side}": arm[1], f"hand.{side}": arm[2]}
    return local

"""Random poses: families of arms and legs, recorded motion where there is some, and mixtures of both."""
import math

import numpy as np

from . import arms, legs
from .rotations import about_x, about_y, about_z, from_vector, unit
from .skeleton import UPPER, to_global, to_local

# How far each limb is turned at random from a drawn pose, degrees (standard deviation).
JITTER = {"chest": 5, "head": 9, "upper_arm": 9, "forearm": 8, "hand": 10, "thigh": 6, "shin": 5, "foot": 6}
# Elbows and knees bend about one axis: the others get only this share.
HINGE_SHARE = {"shin": np.array([1, 0.4, 0.4]), "forearm": np.array([0.6, 0.6, 0.6])}


def from_families(skeleton, random, leg_family=None):
    """(pose, its name) out of the hand-written families."""
    if leg_family is None:
        names, weights = list(legs.WEIGHTS), np.array(list(legs.WEIGHTS.values()), float)
        leg_family = str(random.choice(names, p=weights / weights.sum()))
    pair = arms.sample_pair(random)
    tilt, left, right = legs.sample(leg_family, random)
    local = left.rotations("L") | right.rotations("R") | arms.sample_arms(skeleton, pair, random)
    bend = random.normal(4, 8) if leg_family in legs.SITTING else random.normal(2, 6)
    if leg_family in legs.STOOPING:
        bend += random.uniform(0, 25)
    local["root"] = about_x(math.radians(tilt)) @ about_z(math.radians(random.normal(0, 3)))
    local["chest"] = turned(random.normal(0, 9), bend, random.normal(0, 5))
    local["head"] = turned(random.normal(0, 22), random.normal(0, 12), random.normal(0, 6))
    if pair[0] in ("desk", "phone", "crossed") and random.random() < 0.6:  # looks down at it
        local["head"] = local["head"] @ about_x(random.uniform(0.05, 0.6))
    return to_global(local), f"{leg_family}:{pair[0]}/{pair[1]}"


def turned(yaw, pitch, roll):
    """A rotation of three angles in degrees: to the left, to the front, to the side."""
    return about_y(math.radians(yaw)) @ about_x(math.radians(pitch)) @ about_z(math.radians(roll))


def mix(lower, upper):
    """The legs of one pose with the upper body of another."""
    local, other = to_local(lower), to_local(upper)
    return to_global(local | {limb: other[limb] for limb in UPPER})


def jitter(pose, random):
    """The pose with every limb turned a little."""
    local, strength = to_local(pose), random.choice([0.4, 1, 1.5])
    for limb in local:
        kind = limb.split(".")[0]
        if kind in JITTER:
            turn = random.normal(0, 1, 3) * math.radians(JITTER[kind]) * strength * HINGE_SHARE.get(kind, 1)
            local[limb] = local[limb] @ from_vector(turn)
    return to_global(local)


def lay_down(pose, random):
    """The pose on its back, front or side."""
    local = to_local(pose)
    lying = about_x(random.choice([-1, 1]) * math.pi / 2 + random.normal(0, 0.15))
    roll = about_y(random.choice([0, 0, 1.2, -1.2]) + random.normal(0, 0.3))
    local["root"] = about_y(random.uniform(0, 2 * math.pi)) @ lying @ roll @ local["root"]
    return to_global(local)


def tilt(pose, random):
    """The pose tilted about a random axis, as in a fall or a dance."""
    local = to_local(pose)
    local["root"] = from_vector(unit(random.normal(0, 1, 3)) * abs(random.normal(0, 0.6))) @ local["root"]
    return to_global(local)


def sample(skeleton, random, motion=None, close_up=False):
    """(pose, where it comes from). motion: motion.Motion or None; close_up: somebody in front of a webcam."""
    if close_up:
        pose, name = from_families(skeleton, random, str(random.choice(["sit", "stand"], p=[0.7, 0.3])))
        return jitter(pose, random), name
    x = random.random()
    if motion is None or x < 0.40:
        pose, name = from_families(skeleton, random)
    elif x < 0.78:
        pose, name = motion.sample(random)
    else:
        (lower, _), (upper, name) = motion.sample(random), from_families(skeleton, random)
        pose, name = mix(lower, upper), "mix:" + name.split(":")[1]
    pose = jitter(pose, random)
    x = random.random()
    if x < 0.07:
        return lay_down(pose, random), "lie:" + name
    if x < 0.12:
        return tilt(pose, random), "tilt:" + name
    return pose, name

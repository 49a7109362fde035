"""Things held in a hand: phones, cups, balls, sticks, books, rackets, bottles."""
import math

import numpy as np

from .rotations import from_vector, unit

KINDS = {"phone": 0.32, "cup": 0.14, "ball": 0.15, "stick": 0.13, "book": 0.12, "racket": 0.06, "bottle": 0.08}
HAND = 0.15  # metres from the wrist to the middle finger's last joint, grown up


def box():
    """(vertices, triangles) of a box from -1 to 1."""
    vertices, triangles = [], []
    for axis in range(3):
        for sign in (-1, 1):
            first = len(vertices)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = [0, 0, 0]
                corner[axis], corner[(axis + 1) % 3], corner[(axis + 2) % 3] = sign, a, b
                vertices.append(corner)
            quad = [first, first + 1, first + 2, first + 3][::sign]
            triangles += [[quad[0], quad[1], quad[2]], [quad[0], quad[2], quad[3]]]
    return np.array(vertices, float), np.array(triangles)


def lathe(profile, sides=14):
    """(vertices, triangles) of a profile, pairs of radius and height, turned about the y axis."""
    angles = 2 * np.pi * np.arange(sides) / sides
    vertices = np.array([[r * math.cos(a), y, r * math.sin(a)] for r, y in profile for a in angles])
    triangles = []
    for ring in range(len(profile) - 1):
        for i in range(sides):
            a, b = ring * sides + i, ring * sides + (i + 1) % sides
            triangles += [[a, b, a + sides], [b, b + sides, a + sides]]
    return vertices, np.array(triangles)


BOX = box()
CYLINDER = lathe([(0, -1), (1, -1), (1, 1), (0, 1)])
SPHERE = lathe([(math.sin(a), math.cos(a)) for a in np.linspace(0, math.pi, 10)])


def shape(kind, random):
    """(vertices, triangles, distance from the palm): along x the fingers, y away from the palm, z across the hand."""
    upright = [0, 2, 1]  # the lathe's axis across the hand
    if kind == "phone":
        return BOX[0] * [0.075, 0.006, 0.037], BOX[1], 0.02
    if kind == "book":
        return BOX[0] * [random.uniform(0.08, 0.16), 0.01, random.uniform(0.06, 0.12)], BOX[1], 0.025
    if kind == "stick":
        stick = CYLINDER[0][:, upright] * [0.016, 0.016, random.uniform(0.15, 0.5)]
        return stick + [0, 0, random.uniform(-0.3, 0.3)], CYLINDER[1], 0.022
    if kind == "racket":
        head, grip = SPHERE[0] * [0.12, 0.012, 0.15] + [0, 0, 0.5], CYLINDER[0][:, upright] * [0.014, 0.014, 0.35] + [0, 0, 0.05]
        return np.concatenate([head, grip]), np.concatenate([SPHERE[1], CYLINDER[1] + len(head)]), 0.022
    if kind in ("cup", "bottle"):
        return CYLINDER[0][:, upright] * ([0.036, 0.036, 0.05] if kind == "cup" else [0.03, 0.03, 0.11]), CYLINDER[1], 0.042
    radius = random.uniform(0.03, 0.12)
    return SPHERE[0] * radius, SPHERE[1], radius + 0.012


def hold(skeleton, joints, side, random):
    """(vertices float32 [n, 3] at rest, triangles, the wrist's bone, kind) of a thing in a hand."""
    at = lambda bone: joints[skeleton.index[f"{bone}.{side}"]]
    wrist, knuckle, tip = at("wrist"), at("finger3-1"), at("finger3-3")
    along = unit(knuckle - wrist)
    palm = np.cross(skeleton.finger[side, 3], unit(tip - knuckle))  # where the fingers curl to
    palm = unit(palm - (palm @ along) * along)
    axes = np.stack([along, palm, np.cross(along, palm)], 1) @ from_vector(random.normal(0, 0.35, 3))
    kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
    vertices, triangles, distance = shape(kind, random)
    hand_size = np.linalg.norm(tip - wrist) / HAND
    if kind in ("phone", "book", "cup", "bottle"):  # children hold smaller ones
        vertices = vertices * min(1.0, hand_size + 0.2)
    # A ball's own size keeps it off the palm; other things are held closer by smaller hands.
    center = knuckle + palm * distance * (1 if kind == "ball" else hand_size)
    if kind == "book":
        center = center + along * 0.06
    return (vertices @ axes.T + center).astype(np.float32), triangles, skeleton.index[f"wrist.{side}"], kind

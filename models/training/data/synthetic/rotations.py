"""Rotations as 3x3 matrices acting on column vectors."""
import math

import numpy as np


def about_x(angle):
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def about_y(angle):
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def about_z(angle):
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def unit(vector):
    """Vectors [..., 3] scaled to length 1."""
    return vector / (np.linalg.norm(vector, axis=-1, keepdims=True) + 1e-9)


def from_vector(vector):
    """The rotation about a vector by its length in radians (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-8:
        return np.eye(3)
    x, y, z = np.asarray(vector) / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)


def to_vector(rotation):
    """The vector that from_vector() makes the rotation of; its length is 0 to pi."""
    angle = math.acos(min(1.0, max(-1.0, (np.trace(rotation) - 1) / 2)))
    if angle < 1e-6:
        return np.zeros(3)
    if angle > math.pi - 1e-3:
        # The skew part vanishes here; the symmetric part, 2 a a^T - 1, has the axis in its columns.
        symmetric = (rotation + rotation.T) / 2 + np.eye(3)
        axis = unit(symmetric[:, int(np.argmax(np.diag(symmetric)))])
        skew = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
        return axis * angle * (-1 if axis @ skew < 0 else 1)
    skew = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    return skew * (angle / (2 * math.sin(angle)))


def part_of(rotation, share):
    """The rotation about the same axis by a share of the angle."""
    return from_vector(to_vector(rotation) * share)


def frame(first, second):
    """Rotations [..., 3, 3] whose columns are `first`, the part of `second` square to it, and their cross product."""
    a = unit(first)
    b = unit(second - (a * second).sum(-1, keepdims=True) * a)
    return np.stack([a, b, np.cross(a, b)], -1)


def twist(rotation, axis):
    """The angle in (-pi, pi] by which a rotation turns about an axis (swing-twist decomposition)."""
    w = math.sqrt(max(0.0, 1 + np.trace(rotation))) / 2
    if w < 1e-4:
        return 0.0
    xyz = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]) / (4 * w)
    angle = 2 * math.atan2(xyz @ axis, w)
    return (angle + math.pi) % (2 * math.pi) - math.pi

"""MakeHuman's clothes and hair (.mhclo with its .obj): meshes that fit themselves to a body. Optional assets.

Each vertex lies on a triangle of the body's mesh (barycentric weights) plus an offset that is scaled with the body.
"""
import glob
import os

import numpy as np

from . import objfile
from .makehuman import DECIMETRE, BONES, AssetsError, four_strongest

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets", "makehuman-assets", "base")


class GarmentMesh:
    """kind: hair, shoes, hat or suit; template: float32 [n, 3], its vertices on the body at rest; hides: vertices of the
    body that it covers."""

    def __init__(self, human, path):
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.kind = kind_of(path)
        header, self.corners, self.weights, self.offsets, self.hides = read_mhclo(path)
        self.scales = {axis: (int(header[f"{axis}_scale"][0]), int(header[f"{axis}_scale"][1]),
                              float(header[f"{axis}_scale"][2]) * DECIMETRE) for axis in "xyz"}
        mesh = objfile.read(os.path.join(os.path.dirname(path), header["obj_file"][0]))
        count = len(mesh.vertices)
        if len(self.corners) < count:
            raise AssetsError(f"{path} places {len(self.corners)} vertices, but its mesh has {count}")
        self.corners, self.weights, self.offsets = self.corners[:count], self.weights[:count], self.offsets[:count]
        self.triangles, self.uv_triangles, self.uvs = mesh.triangles, mesh.uv_triangles, mesh.uvs
        body_weights = np.zeros((len(human.vertices), len(BONES)), np.float32)
        np.add.at(body_weights, (np.arange(len(body_weights))[:, None], human.bone_index), human.bone_weight)
        weights = (body_weights[self.corners] * self.weights[..., None].clip(0)).sum(1)
        weights /= weights.sum(1, keepdims=True) + 1e-9
        self.bone_index, self.bone_weight = four_strongest(weights)
        self.template = self.fit(human.vertices)
        self.arm = human.arm_parameter(self.template, human.arm_weight(weights))
        self.part = connected_parts(self.triangles, count)

    def fit(self, vertices):
        """float32 [n, 3]: the mesh on a body of the given vertices."""
        scale = [abs(vertices[a, axis] - vertices[b, axis]) / length for axis, (a, b, length) in enumerate(self.scales.values())]
        return ((vertices[self.corners] * self.weights[..., None]).sum(1) + self.offsets * np.float32(scale)).astype(np.float32)

    def part_heights(self):
        """(lowest, highest) y of each of the mesh's connected parts in the template."""
        return [(self.template[self.part == p, 1].min(), self.template[self.part == p, 1].max()) for p in range(self.part.max() + 1)]


def kind_of(path):
    name = os.path.basename(path)
    if f"{os.sep}hair{os.sep}" in path:
        return "hair"
    return "shoes" if name.startswith("shoes") else "hat" if "fedora" in name else "suit"


def read_mhclo(path):
    """(header {key: words}, corners int [n, 3], weights float32 [n, 3], offsets float32 [n, 3] metres, hidden int [m])"""
    header, rows, hidden, section = {}, [], [], "header"
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] in ("verts", "delete_verts"):
                section = words[0]
            elif section == "verts" and words[0].lstrip("-").isdigit():
                # One number: the vertex lies on that vertex of the body.
                rows.append([int(words[0])] * 3 + [1, 0, 0, 0, 0, 0] if len(words) == 1 else [float(w) for w in words[:9]])
            elif section == "delete_verts" and words[0].isdigit():
                hidden += number_ranges(words)
            else:
                section = "header"
                header[words[0]] = words[1:]
    table = np.array(rows, np.float64).reshape(-1, 9)
    return (header, table[:, :3].astype(np.int32), table[:, 3:6].astype(np.float32),
            (table[:, 6:] * DECIMETRE).astype(np.float32), np.array(sorted(set(hidden)), np.int32))


def number_ranges(words):
    """The numbers of "3 7 - 9 12": 3, 7, 8, 9, 12."""
    numbers, i = [], 0
    while i < len(words):
        if i + 2 < len(words) and words[i + 1] == "-":
            numbers += range(int(words[i]), int(words[i + 2]) + 1)
            i += 3
        else:
            numbers.append(int(words[i]))
            i += 1
    return numbers


def connected_parts(triangles, count):
    """int [count]: the number of the connected part that each vertex belongs to."""
    part = np.arange(count)
    while True:
        # Each triangle pulls its corners to the smallest of their numbers until nothing changes.
        smallest = part[triangles].min(1)
        new = part.copy()
        for corner in range(3):
            np.minimum.at(new, triangles[:, corner], smallest)
        new = new[new]
        if (new == part).all():
            return np.unique(part, return_inverse=True)[1]
        part = new


def load_all(human, folder=FOLDER):
    """{name: GarmentMesh} of the assets' clothes and hair; empty where they are not there."""
    paths = sorted(glob.glob(os.path.join(folder, "clothes", "*", "*.mhclo")) + glob.glob(os.path.join(folder, "hair", "*", "*.mhclo")))
    return {mesh.name: mesh for mesh in (GarmentMesh(human, path) for path in paths)}

"""Reads Wavefront OBJ files, as far as MakeHuman's meshes need it."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Obj:
    vertices: np.ndarray      # float [V, 3]
    uvs: np.ndarray           # float [T, 2]
    triangles: np.ndarray     # int [F, 3] into vertices; polygons are cut into fans
    uv_triangles: np.ndarray  # int [F, 3] into uvs
    groups: np.ndarray        # str [F], the group that each triangle belongs to


def read(path):
    vertices, uvs, triangles, uv_triangles, groups, group = [], [], [], [], [], ""
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if not words:
                continue
            if words[0] == "v":
                vertices.append([float(word) for word in words[1:4]])
            elif words[0] == "vt":
                uvs.append([float(word) for word in words[1:3]])
            elif words[0] == "g":
                group = words[1] if len(words) > 1 else ""
            elif words[0] == "f":
                corners = [word.split("/") for word in words[1:]]
                vertex = [int(corner[0]) - 1 for corner in corners]
                uv = [int(corner[1]) - 1 if len(corner) > 1 and corner[1] else 0 for corner in corners]
                for k in range(1, len(corners) - 1):
                    triangles.append([vertex[0], vertex[k], vertex[k + 1]])
                    uv_triangles.append([uv[0], uv[k], uv[k + 1]])
                    groups.append(group)
    return Obj(np.array(vertices).reshape(-1, 3), np.array(uvs or [[0, 0]], np.float32),
               np.array(triangles, np.int32).reshape(-1, 3), np.array(uv_triangles, np.int32).reshape(-1, 3),
               np.array(groups))

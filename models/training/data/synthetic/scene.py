"""The renderer's structures in numpy: the same members in the same order as in renderer/render.h.

Colours are linear RGB from 0 to 1. What the members mean is said in render.h.
"""
import numpy as np

_F = "<f4"


def _struct(*members):
    """Members are names of numbers, or pairs of a name and a shape or another structure."""
    return np.dtype([(m, _F) if isinstance(m, str) else (m[0], m[1]) if isinstance(m[1], np.dtype) else (m[0], _F, m[1])
                     for m in members])


FABRIC = _struct("pattern", ("color", 3), ("color2", 3), ("color3", 3), "frequency", "duty", "mottle", "logo", "logo_x",
                 "logo_y", "logo_size", "logo_side", "split", "split_sharpness", "seed", "gloss", "shininess", "bump",
                 "bump_frequency")
GARMENT = _struct("is_bottom", "low", "high", "sleeve", "dip", "back_dip", "neck_width", "v_neck", "strap", "strap_width",
                  ("fabric", FABRIC))
MATERIAL = _struct("kind", "two_sided", "cutout", "garment", ("color", 3), ("low_color", 3), "low", ("speckle", 3), "speckled",
                   "speckle_front", "gloss")
SKIN = _struct(("color", 3), ("lip", 3), ("hair", 3), "beard", "scalp", "brow", "eye_shadow", "blush", "gloss", "seed", "mask",
               ("mask_color", 3), "cap", ("cap_color", 3), "painted_count", ("painted", 8))
EYE = _struct(("center", 3), "gaze_x", "gaze_y", "squint", ("iris", 3))
GLASSES = _struct("worn", ("frame", 3), "lens")
HAIR = _struct(("color", 3), ("tip", 3), "gloss", "bump", "strands_u", "strands_v", "seed_u", "seed_v", "gap", "fringe", "shade")
LAMP = _struct(("direction", 3), ("color", 3))
LIGHT = np.dtype([("exposure", _F), ("gamma", _F), ("compress", _F), ("up", _F, 3), ("ground", _F, 3), ("sky", _F, 3),
                  ("side", _F, 3), ("side_color", _F, 3), ("lamp", LAMP, 2), ("white", _F, 3), ("rim", _F), ("occlusion", _F)])

# In the order of struct_size() in renderer/shade.c.
STRUCTS = (FABRIC, GARMENT, MATERIAL, SKIN, EYE, GLASSES, HAIR, LIGHT)

PATTERNS = ("plain", "rings", "stripes", "plaid", "dots", "camouflage", "gradient", "denim", "two_tone", "flowers", "checks",
            "raglan", "panel")
KIND_SKIN, KIND_EYE, KIND_CLOTH, KIND_HAIR, KIND_SOLID = range(5)
CUT_NOTHING, CUT_GARMENT, CUT_HAIR = range(3)
LOGO_SIZE = 64
MOST_PAINTED = 8


def new(struct):
    """A zeroed structure whose members can be set: new(EYE)["gaze_x"] = 0.1."""
    return np.zeros((), struct)


class Mesh:
    """Parts of a person put together into one mesh.

    Each part has triangles into its vertices; uv_triangles into uvs; material, one number or one for each triangle;
    rest positions, their place in the template, arm parameters and bones."""

    def __init__(self):
        self._parts, self._uvs, self._vertex_count, self._uv_count = [], [], 0, 0

    def add_vertices(self, rest, template, arm, bone_index, bone_weight):
        """Returns the index of the first vertex."""
        first = self._vertex_count
        self._parts.append(("vertices", (rest, template, arm, bone_index, bone_weight)))
        self._vertex_count += len(rest)
        return first

    def add_uvs(self, uvs):
        first = self._uv_count
        self._uvs.append(uvs)
        self._uv_count += len(uvs)
        return first

    def add_triangles(self, triangles, uv_triangles, material):
        materials = np.broadcast_to(np.asarray(material, np.uint8), len(triangles))
        self._parts.append(("triangles", (triangles, uv_triangles, materials)))

    def arrays(self):
        """The parts in one: rest, template, arm, bone_index, bone_weight, uvs, triangles, uv_triangles, material."""
        joined = {}
        for kind, names in (("vertices", ("rest", "template", "arm", "bone_index", "bone_weight")),
                            ("triangles", ("triangles", "uv_triangles", "material"))):
            for i, name in enumerate(names):
                joined[name] = np.concatenate([part[i] for part_kind, part in self._parts if part_kind == kind])
        types = {"bone_index": np.uint8, "material": np.uint8, "triangles": np.int32, "uv_triangles": np.int32}
        joined["uvs"] = np.concatenate(self._uvs)
        return {name: np.ascontiguousarray(array, types.get(name, np.float32)) for name, array in joined.items()}

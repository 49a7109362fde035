"""Clothes: outlines painted on the body, MakeHuman's garment meshes, what people wear, things they hold."""
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data.synthetic import fabrics, garment_mesh, props, scene, wardrobe
from data.synthetic.body import Body
from data.synthetic.makehuman import AssetsError
from data.synthetic.person import shell_offsets
from data.synthetic.skeleton import Skeleton

from .stick_figure import StickFigure

MHCLO = """# a patch on a body's triangle
name patch
obj_file patch.obj
x_scale 0 1 10.0
y_scale 0 2 10.0
z_scale 0 3 10.0
verts 0
0
    0 1 2 0.5 0.5 0.0 0.0 0.0 1.0
2
material patch.mhmat
delete_verts
3 5 - 7
"""
OBJ = "v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nf 1/1 2/1 3/1\n"


class FourVertices:
    """A body of four vertices, a metre apart, moved by one bone."""
    vertices = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    bone_index, bone_weight = np.zeros((4, 4), np.uint8), np.float32([[1, 0, 0, 0]] * 4)

    def arm_weight(self, weights):
        return np.zeros(len(weights))

    def arm_parameter(self, points, weight):
        return np.full(len(points), -0.4, np.float32)


class GarmentMeshTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, "hair", "patch")
        os.makedirs(self.folder)
        self.root = folder.name
        self.write("patch.mhclo", MHCLO)
        self.write("patch.obj", OBJ)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def test_fit(self):
        """A vertex lies on the body's triangle; its offset grows with the body."""
        (name, mesh), = garment_mesh.load_all(FourVertices(), self.root).items()
        self.assertEqual((name, mesh.kind), ("patch", "hair"))
        np.testing.assert_allclose(mesh.template, [[0, 0, 0], [0.5, 0, 0.1], [0, 1, 0]], atol=1e-6)  # 1 decimetre off
        np.testing.assert_allclose(mesh.fit(FourVertices.vertices * 2), np.float32([[0, 0, 0], [1, 0, 0.2], [0, 2, 0]]), atol=1e-6)
        self.assertEqual(mesh.hides.tolist(), [3, 5, 6, 7])
        np.testing.assert_allclose(mesh.bone_weight.sum(1), 1)

    def test_a_mesh_with_too_few_places_is_refused(self):
        self.write("patch.obj", OBJ + "v 1 1 1\n")
        with self.assertRaisesRegex(AssetsError, "places 3 vertices, but its mesh has 4"):
            garment_mesh.load_all(FourVertices(), self.root)

    def test_connected_parts(self):
        triangles = np.array([[0, 1, 2], [5, 6, 7], [2, 3, 4], [8, 7, 6]])
        self.assertEqual(garment_mesh.connected_parts(triangles, 9).tolist(), [0, 0, 0, 0, 0, 1, 1, 1, 1])
        chain = np.array([[i, i + 1, i + 2] for i in reversed(range(200))])
        self.assertEqual(set(garment_mesh.connected_parts(chain, 202)), {0})


class OutlineTest(unittest.TestCase):
    def setUp(self):
        from data.synthetic import renderer
        if renderer.compiler() is None:
            self.skipTest("there is no C compiler (cc, gcc or clang) to build the renderer with")
        import ctypes
        self.ctypes, self.library = ctypes, renderer.library()

    def covers(self, garment, place, arm=-0.4):
        rest = np.float32(place)
        pointer = lambda array: self.ctypes.c_void_p(array.ctypes.data)
        return bool(self.library.garment_covers(pointer(garment), pointer(rest), self.ctypes.c_float(arm)))

    def test_shirt(self):
        shirt = fabrics.top(np.random.default_rng(1), hem=0.05, neck=0.6, sleeve=0.9, depth=0.1, neck_width=0.1)
        shirt["v_neck"], shirt["back_dip"] = 0, 0
        self.assertTrue(self.covers(shirt, (0, 0.3, 0.1)))
        self.assertFalse(self.covers(shirt, (0, 0.0, 0.1)), "below the hem")
        self.assertFalse(self.covers(shirt, (0, 0.55, 0.1)), "the neckline in front")
        self.assertTrue(self.covers(shirt, (0, 0.55, -0.1)), "... but not behind")
        self.assertTrue(self.covers(shirt, (0.12, 0.55, 0.1)), "... nor beside the neck")
        self.assertTrue(self.covers(shirt, (0.3, 0.4, 0), arm=0.8))
        self.assertFalse(self.covers(shirt, (0.3, 0.4, 0), arm=1.0), "beyond the sleeve")

    def test_trousers_and_straps(self):
        trousers = fabrics.bottom(np.random.default_rng(1), low=-0.7, waist=0.1)
        trousers["dip"] = 0
        self.assertTrue(self.covers(trousers, (0.1, -0.4, 0)))
        self.assertFalse(self.covers(trousers, (0.1, -0.75, 0)), "the ankle")
        self.assertFalse(self.covers(trousers, (0.1, 0.15, 0)), "above the waist")
        self.assertFalse(self.covers(trousers, (0.4, -0.2, 0), arm=1.9), "a hand beside it")
        tank = fabrics.top(np.random.default_rng(1), sleeve=-0.2, depth=0, strap=0.12, strap_width=0.04)
        self.assertEqual([self.covers(tank, (x, 0.5, 0.05)) for x in (0.02, 0.1, 0.14)], [False, True, False])


class WardrobeTest(unittest.TestCase):
    def body(self, male):
        return Body(np.zeros((4, 3), np.float32), np.zeros((1, 3)), 0.6, male, np.array([0.3, 0.3, 0.4]), 1.7)

    def test_outfits_are_consistent(self):
        for seed in range(300):
            outfit = wardrobe.dress(self.body(seed % 2), {}, np.random.default_rng(seed))
            worn = outfit.painted + [shell.garment for shell in outfit.shells] + ([] if outfit.skirt is None else [outfit.skirt])
            self.assertTrue(worn)
            self.assertLessEqual(len(outfit.painted), scene.MOST_PAINTED)
            self.assertLess(max(worn), len(outfit.garments))
            for shell in outfit.shells:
                material = outfit.materials[wardrobe.SLOT[shell.material]]
                self.assertEqual((material["kind"], material["cutout"], material["garment"]),
                                 (scene.KIND_CLOTH, scene.CUT_GARMENT, shell.garment))
            for garment in outfit.garments:
                fabric = garment["fabric"]
                self.assertTrue(np.isfinite(np.array(fabric.tolist(), object)[0]))
                self.assertTrue(((fabric["color"] >= 0) & (fabric["color"] <= 1)).all())

    def test_shells_flare_to_the_hem_and_lie_close_at_the_neck(self):
        shell = wardrobe.Shell(0, "top", 0.01, 0.02)
        offsets = shell_offsets(shell, np.array([0.62, 0.4, 0.05]), np.full(3, -0.4))
        np.testing.assert_allclose(offsets, [0.002, 0.01, 0.03])


class PropsTest(unittest.TestCase):
    def test_shapes_are_closed_and_face_outward(self):
        for vertices, triangles in (props.BOX, props.CYLINDER, props.SPHERE):
            a, b, c = (vertices[triangles[:, k]] for k in range(3))
            # The volume by the divergence theorem: positive only if all triangles face outward and none is missing.
            volume = (a * np.cross(b, c)).sum() / 6
            self.assertGreater(abs(volume), 3.5)
            self.assertLess(abs(volume), 8.1)
        volumes = [(v[t[:, 0]] * np.cross(v[t[:, 1]], v[t[:, 2]])).sum() / 6 for v, t in (props.BOX,)]
        self.assertAlmostEqual(volumes[0], 8)

    def test_things_are_held_in_the_palm(self):
        human = StickFigure()
        skeleton, heads = Skeleton(human), human.heads
        for seed in range(20):
            side = "LR"[seed % 2]
            vertices, triangles, bone, kind = props.hold(skeleton, heads, side, np.random.default_rng(seed))
            self.assertEqual(bone, human.index[f"wrist.{side}"])
            self.assertLess(triangles.max(), len(vertices))
            knuckle = heads[human.index[f"finger3-1.{side}"]]
            nearest = np.linalg.norm(vertices - knuckle, axis=1).min()
            self.assertLess(nearest, 0.35, kind)

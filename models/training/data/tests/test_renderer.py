"""The C renderer on meshes of a few triangles: where pixels fall, what hides what, cutouts, skinning, shadows."""
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data.synthetic import renderer, scene

if renderer.compiler() is None:
    raise unittest.SkipTest("there is no C compiler (cc, gcc or clang) to build the renderer with")

RED, GREEN = (1, 0, 0), (0, 1, 0)


def solid(color):
    material = scene.new(scene.MATERIAL)
    material["kind"], material["two_sided"], material["color"], material["low"] = scene.KIND_SOLID, 1, color, -99
    return material


def look(*materials, **more):
    logos, face = np.zeros((1, scene.LOGO_SIZE, scene.LOGO_SIZE, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)
    return {"materials": np.array(list(materials), scene.MATERIAL), "garments": np.zeros(1, scene.GARMENT), "skin": scene.new(scene.SKIN),
            "eye": scene.new(scene.EYE), "glasses": scene.new(scene.GLASSES), "hair": scene.new(scene.HAIR), "face": face,
            "logos": logos} | more


def ambient():
    light = scene.new(scene.LIGHT)
    light["exposure"] = light["gamma"] = 1
    light["sky"] = light["ground"] = light["white"] = 1
    return light


def mesh(positions, triangles, material=0, template=None):
    """(mesh arrays, positions)"""
    positions, triangles = np.array(positions, np.float32), np.array(triangles, np.int32)
    parts = scene.Mesh()
    index, weight = np.zeros((len(positions), 4), np.uint8), np.tile(np.float32([1, 0, 0, 0]), (len(positions), 1))
    parts.add_vertices(positions, positions if template is None else np.array(template), np.full(len(positions), -0.4), index, weight)
    parts.add_uvs(np.zeros((1, 2)))
    parts.add_triangles(triangles, np.zeros_like(triangles), material)
    return parts.arrays(), positions


def square(left, top, right, bottom, z=1.0):
    """Corners and triangles of a square that faces the camera."""
    return ([[left, top, z], [right, top, z], [right, bottom, z], [left, bottom, z]], [[0, 2, 1], [0, 3, 2]])


def two(first, second):
    """Two squares, of materials 0 and 1."""
    arrays, positions = mesh(first[0] + second[0], first[1] + [[i + 4 for i in t] for t in second[1]], [0, 0, 1, 1])
    return arrays, positions


def draw(arrays, positions, a_look, width=40, height=30, focal=10.0, x=20.0, y=15.0, light=None, shadow=None):
    return renderer.render(arrays, positions, a_look, width, height, focal, x, y, ambient() if light is None else light, shadow)


class RasterTest(unittest.TestCase):
    def test_structures_agree(self):
        for number, struct in enumerate(scene.STRUCTS):
            self.assertEqual(renderer.library().struct_size(number), struct.itemsize)

    def test_a_square_covers_its_pixels(self):
        arrays, positions = mesh(*square(-1, -0.5, 1, 0.5))  # pixels 10 to 30 and 10 to 20
        picture = draw(arrays, positions, look(solid(RED)))
        expected = np.zeros((30, 40), np.uint8)
        expected[10:20, 10:30] = 255
        np.testing.assert_array_equal(picture.color[..., 3], expected)
        np.testing.assert_array_equal(picture.depth > 0, expected > 0)
        np.testing.assert_allclose(picture.depth[15, 20], 1)
        self.assertEqual(picture.color[15, 20].tolist(), [0, 0, 255, 255])  # BGRA

    def test_edges_are_smooth(self):
        arrays, positions = mesh(*square(-1, -0.5, 1.035, 0.5))  # over the middle of a pixel's first sample
        self.assertEqual(draw(arrays, positions, look(solid(RED))).color[15, 28:32, 3].tolist(), [255, 255, 128, 0])

    def test_projection(self):
        """A small square is seen where focal x / z + x says."""
        for px, py, z in ((-3, 2, 2.5), (2.1, -1.4, 1.7), (0, 0, 8)):
            arrays, positions = mesh(*square(px - 0.2, py - 0.2, px + 0.2, py + 0.2, z))
            picture = draw(arrays, positions, look(solid(RED)), 400, 300, focal=100, x=200, y=150)
            rows, columns = np.nonzero(picture.color[..., 3])
            self.assertLess(abs(columns.mean() + 0.5 - (100 * px / z + 200)), 0.5)
            self.assertLess(abs(rows.mean() + 0.5 - (100 * py / z + 150)), 0.5)
            np.testing.assert_allclose(picture.depth[picture.depth > 0], 1 / z, rtol=1e-5)

    def test_the_nearer_surface_hides_the_other(self):
        for near_first in (True, False):
            near, far = square(-0.5, -0.5, 0.5, 0.5, 1), square(-4, -2, 4, 2, 2)
            arrays, positions = two(near, far) if near_first else two(far, near)
            colors = (RED, GREEN) if near_first else (GREEN, RED)
            picture = draw(arrays, positions, look(*map(solid, colors)))
            self.assertEqual(picture.color[15, 20].tolist(), [0, 0, 255, 255])
            self.assertEqual(picture.color[15, 12].tolist(), [0, 255, 0, 255])
            np.testing.assert_allclose(picture.depth[15, [20, 12]], [1, 0.5])

    def test_one_sided_surfaces_are_seen_from_the_front_only(self):
        material = solid(RED)
        material["two_sided"] = 0
        corners, triangles = square(-1, -0.5, 1, 0.5)
        self.assertTrue(draw(*mesh(corners, triangles), look(material)).depth.any())
        self.assertFalse(draw(*mesh(corners, [t[::-1] for t in triangles]), look(material)).depth.any())

    def test_what_reaches_behind_the_camera_is_left_out(self):
        corners, triangles = square(-1, -0.5, 1, 0.5)
        corners[1][2] = -1
        self.assertTrue(draw(*mesh(corners, triangles), look(solid(RED))).depth.any())
        self.assertFalse(draw(*mesh(corners, triangles[:1]), look(solid(RED))).depth.any())

    def test_cutouts_follow_the_perspective(self):
        """A slanted square, cut off at half its height in the template: on the screen that is not in the middle."""
        material = solid(RED)
        material["kind"], material["cutout"] = scene.KIND_CLOTH, scene.CUT_GARMENT
        garment = np.zeros(1, scene.GARMENT)
        garment["is_bottom"], garment["low"], garment["high"] = 1, 0.5, 9
        garment["fabric"]["color"] = GREEN
        corners = [[-1, -1, 1], [1, -1, 1], [2, 2, 4], [-2, 2, 4]]
        template = [[0, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
        arrays, positions = mesh(corners, [[0, 2, 1], [0, 3, 2]], template=template)
        picture = draw(arrays, positions, look(material, garments=garment), 40, 40, 10, 20, 20)
        column = np.flatnonzero(picture.color[:, 20, 3])
        # Template height 0.5 is half way along the square: y 0.5, z 2.5, so pixel 20 + 10 / 5 = 22; its end is at 25.
        self.assertEqual((column[0], column[-1]), (10, 21))
        self.assertEqual(picture.color[15, 20].tolist(), [0, 255, 0, 255])

    def test_bad_meshes_are_refused(self):
        arrays, positions = mesh(*square(-1, -0.5, 1, 0.5))
        for change, error in (({"triangles": arrays["triangles"] + 1}, IndexError), ({"triangles": arrays["triangles"] - 1}, IndexError),
                              ({"uv_triangles": arrays["uv_triangles"] + 1}, IndexError), ({"material": arrays["material"] + 1}, IndexError),
                              ({"arm": arrays["arm"][:-1]}, TypeError), ({"template": arrays["template"].astype(float)}, TypeError)):
            with self.assertRaises(error, msg=str(change)):
                draw(arrays | change, positions, look(solid(RED)))


class LightTest(unittest.TestCase):
    def lit_from_the_camera(self):
        light = ambient()
        light["sky"] = light["ground"] = 0
        light["lamp"]["direction"][0], light["lamp"]["color"][0] = (0, 0, -1), 0.8
        return light

    def test_a_surface_that_faces_the_lamp_is_brighter(self):
        facing = draw(*mesh(*square(-1, -0.5, 1, 0.5)), look(solid(RED)), light=self.lit_from_the_camera()).color[15, 20, 2]
        corners = [[-1, -0.5, 1], [1, -0.5, 1.8], [1, 0.5, 1.8], [-1, 0.5, 1]]
        slanted = draw(*mesh(corners, [[0, 2, 1], [0, 3, 2]]), look(solid(RED)), light=self.lit_from_the_camera()).color[15, 18, 2]
        self.assertAlmostEqual(facing, 0.8 * 255, delta=2)
        self.assertLess(slanted, facing - 10)

    def test_shadow(self):
        """A lamp to the left: the small square in front throws its shadow to the right on the wall."""
        light = self.lit_from_the_camera()
        light["lamp"]["direction"][0] = np.array([-1, 0, -1]) / np.sqrt(2)
        arrays, positions = two(square(-0.5, -0.5, 0.5, 0.5, 1), square(-4, -2, 4, 2, 2))
        toward = np.array([-1, 0, -1]) / np.sqrt(2)
        shadow = {"right": np.array([1, 0, -1]) / np.sqrt(2), "down": np.array([0, 1.0, 0]), "away": -toward, "center": np.array([0, 0, 1.5]),
                  "scale": 20.0, "size": 200}
        wall = draw(arrays, positions, look(solid(RED), solid(GREEN)), 80, 60, 20, 40, 30, light, shadow).color[30, :, 1]
        # The square's x of -0.5 to 0.5 falls on x of 0.5 to 1.5 of the wall: pixels 45 to 55; pixels 30 to 50 are hidden.
        self.assertEqual((wall[51:54] < 10).tolist(), [True] * 3)
        self.assertEqual((wall[[22, 28, 57, 62]] > 60).tolist(), [True] * 4)


class VerticesTest(unittest.TestCase):
    def test_skinning(self):
        matrices = np.zeros((2, 3, 4), np.float32)
        matrices[0, :, :3] = np.eye(3)
        matrices[1] = [[0, -1, 0, 1], [1, 0, 0, 2], [0, 0, 1, 3]]
        rest = np.float32([[1, 2, 3]] * 3)
        index = np.uint8([[0, 1, 0, 0]] * 3)
        weight = np.float32([[1, 0, 0, 0], [0, 1, 0, 0], [0.25, 0.75, 0, 0]])
        moved = renderer.skin_vertices(rest, index, weight, matrices)
        np.testing.assert_allclose(moved, [[1, 2, 3], [-1, 3, 6], [-0.5, 2.75, 5.25]])
        with self.assertRaises(IndexError):
            renderer.skin_vertices(rest, index + np.uint8(1), weight, matrices)

    def test_normals(self):
        corners, triangles = square(-1, -1, 1, 1)
        np.testing.assert_allclose(renderer.vertex_normals(np.float32(corners), np.int32(triangles)), [[0, 0, -1]] * 4)
        # At the edge of a roof the normal is between the two sides'.
        roof = np.float32([[0, 0, 0], [0, 0, 1], [1, -1, 0], [1, -1, 1], [-1, -1, 0], [-1, -1, 1]])
        sides = np.int32([[0, 2, 1], [2, 3, 1], [0, 1, 4], [4, 1, 5]])
        normal = renderer.vertex_normals(roof, sides)[0]
        np.testing.assert_allclose(np.abs(normal), [0, 1, 0], atol=1e-6)

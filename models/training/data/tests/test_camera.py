"""Pictures of people: what the camera shows, where keypoints fall, which of them are visible."""
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data import keypoints as kp
from data.sprite_pack import CUT_BOTTOM, CUT_LEFT, CUT_RIGHT, CUT_TOP
from data.synthetic import camera, person
from data.synthetic.landmarks import TOLERANCE, visibility
from data.synthetic.renderer import Picture

# Somebody who stands, in the world: keypoints in COCO's order, x to the person's left, y up, z to the front.
STANDING = np.array([[0, 0.69, 0.17], [0.03, 0.73, 0.15], [-0.03, 0.73, 0.15], [0.07, 0.71, 0.06], [-0.07, 0.71, 0.06],
                     [0.17, 0.52, 0], [-0.17, 0.52, 0], [0.2, 0.25, 0], [-0.2, 0.25, 0], [0.2, 0, 0.05], [-0.2, 0, 0.05],
                     [0.1, 0, 0], [-0.1, 0, 0], [0.1, -0.4, 0], [-0.1, -0.4, 0], [0.1, -0.76, 0], [-0.1, -0.76, 0]], float)


class ViewTest(unittest.TestCase):
    def test_from_the_front_left_is_right(self):
        view = camera.View(np.diag([1.0, -1, -1]), np.array([0, 0, 3.0]), 0.0, "full")
        seen = view.apply(STANDING)
        self.assertGreater(seen[5, 0], seen[6, 0])           # the left shoulder on the picture's right
        self.assertLess(seen[0, 1], seen[15, 1])             # the nose above the ankles: y points down
        self.assertLess(seen[0, 2], seen[3, 2])              # the nose nearer than the ears

    def test_views_show_the_person(self):
        for seed in range(200):
            random = np.random.default_rng(seed)
            view = camera.sample_view(STANDING, 1.67, seed % 2 == 0, random)
            np.testing.assert_allclose(view.rotation @ view.rotation.T, np.eye(3), atol=1e-9)
            self.assertAlmostEqual(np.linalg.det(view.rotation), 1, msg="a mirrored view would exchange left and right")
            self.assertGreater(view.apply(STANDING)[:, 2].min(), 0.1)

    def test_composed_matrices(self):
        view = camera.sample_view(STANDING, 1.67, False, np.random.default_rng(1))
        matrix = np.random.default_rng(2).normal(size=(3, 3, 4))
        point = np.array([0.1, 0.2, 0.3])
        for bone, composed in zip(matrix, view.compose(matrix)):
            np.testing.assert_allclose(composed[:, :3] @ point + composed[:, 3], view.apply((bone[:, :3] @ point + bone[:, 3])[None])[0], rtol=1e-5)


class WindowTest(unittest.TestCase):
    def test_margins(self):
        window = camera.fit_window([-0.1, -0.3, 0.2, 0.3], 0, 208)
        self.assertEqual((window.width, window.height, window.focal), (108, 208, 200 / 0.6))
        corners = window.project(np.array([[-0.1, -0.3, 1], [0.4, 0.6, 2]]))
        np.testing.assert_allclose(corners, [[4, 4], [104, 204]])

    def test_cut_sides_have_no_margin(self):
        window = camera.fit_window([-0.1, -0.3, 0.2, 0.3], CUT_LEFT | CUT_BOTTOM, 208)
        np.testing.assert_allclose(window.project(np.array([[-0.1, -0.3, 1], [0.2, 0.3, 1]])), [[0, 4], [100, 204]])
        self.assertEqual((window.width, window.height), (104, 204))

    def test_no_window(self):
        self.assertIsNone(camera.fit_window([0, 0, 0, 1], 0, 200))
        self.assertIsNone(camera.fit_window([0, 0, 0.01, 1], 0, 200))

    def crop(self, crop, seed=0, upright=1.0):
        view = camera.View(np.diag([1.0, -1, -1]), np.array([0, 0, 3.0]), 0.0, crop)
        seen = view.apply(STANDING)
        window = camera.choose_window(view, np.repeat(seen, 20, 0), seen, upright, 300, np.random.default_rng(seed))
        return view, window, window.project(seen)

    def test_full_pictures_hold_everything(self):
        _, window, pixels = self.crop("full")
        self.assertEqual(window.cut, 0)
        self.assertTrue(((pixels >= 3.9) & (pixels <= [window.width - 3.9, window.height - 3.9])).all())

    def test_crops_end_where_they_say(self):
        for seed in range(20):
            for crop, inside, outside in (("head", 5, 11), ("chest", 5, 11), ("waist", 5, 13), ("thigh", 11, 13), ("knee", 11, 15)):
                _, window, pixels = self.crop(crop, seed)
                self.assertTrue(window.cut & CUT_BOTTOM)
                self.assertLess(pixels[inside, 1], window.height, crop)
                self.assertGreater(pixels[outside, 1], window.height, crop)

    def test_somebody_lying_is_not_cropped_by_height(self):
        view, window, _ = self.crop("waist", upright=0.1)
        self.assertEqual(view.crop, "rand")
        self.assertTrue(window.cut)

    def test_sides_cut_at_random_are_told(self):
        for seed in range(30):
            _, window, pixels = self.crop("rand", seed)
            beyond = [(pixels[:, 0] < 0).any(), (pixels[:, 1] < 0).any(), (pixels[:, 0] > window.width).any(), (pixels[:, 1] > window.height).any()]
            for is_beyond, side in zip(beyond, (CUT_LEFT, CUT_TOP, CUT_RIGHT, CUT_BOTTOM)):
                self.assertTrue(window.cut & side or not is_beyond)


class VisibilityTest(unittest.TestCase):
    def setUp(self):
        self.points = np.tile([0.0, 0, 2], (17, 1))
        self.pixels = np.tile([10.5, 5.5], (17, 1))
        self.depth = np.full((20, 30), 0.5, np.float32)

    def flags(self):
        return visibility(self.points, self.pixels, self.depth)

    def test_on_the_surface(self):
        self.assertEqual(set(self.flags()), {kp.VISIBLE})

    def test_behind_something(self):
        """Joints are inside the body: only what is further in front than the body is thick hides them."""
        for nearer in (0.0, 0.03, 0.07, 0.1, 0.2):
            self.depth[:] = 1 / (2 - nearer)
            expected = np.where(nearer > TOLERANCE, kp.OCCLUDED, kp.VISIBLE)
            np.testing.assert_array_equal(self.flags(), expected, err_msg=f"{nearer}")
        self.assertGreater(TOLERANCE[kp.NAMES.index("left_hip")], TOLERANCE[kp.NAMES.index("left_wrist")])

    def test_children_are_thinner(self):
        self.depth[:] = 1 / (2 - 0.05)
        wrist = kp.NAMES.index("left_wrist")
        self.assertEqual(self.flags()[wrist], kp.VISIBLE)
        self.assertEqual(visibility(self.points, self.pixels, self.depth, 0.8)[wrist], kp.OCCLUDED)

    def test_outside_the_picture(self):
        for x, y in ((-0.1, 5), (30, 5), (10, -0.1), (10, 20)):
            self.pixels[0] = x, y
            self.assertEqual(self.flags()[0], kp.NOT_LABELLED)
        self.pixels[0] = 29.9, 19.9
        self.assertEqual(self.flags()[0], kp.VISIBLE)

    def test_only_its_own_pixel_counts(self):
        self.depth[:] = 1
        self.depth[5, 10] = 0.5
        self.assertEqual(set(self.flags()), {kp.VISIBLE})


class FinishTest(unittest.TestCase):
    def finish(self, cut=0):
        """A picture of 100 x 80 whose person covers columns 30 to 60 and rows 20 to 70."""
        color, depth = np.zeros((80, 100, 4), np.uint8), np.zeros((80, 100), np.float32)
        color[20:70, 30:60] = (10, 20, 30, 255)
        depth[20:70, 30:60] = 0.5
        window = camera.Window(100, 80, 100.0, 50.0, 40.0, cut)
        points = np.tile([-0.1, 0.0, 2.0], (17, 1))  # pixel edge (45, 40)
        points[16] = [5, 0, 2]
        view = camera.View(np.eye(3), np.zeros(3), 0.25, "full")
        return person.finish(Picture(color, depth), window, points, 1.67, view, "stand", np.random.default_rng(1))

    def test_crop_and_keypoints(self):
        sprite = self.finish()
        self.assertEqual(sprite.color.shape, (50 + 6, 30 + 6, 4))
        # Pixel edge 45 is pixel index 44.5, of which the crop takes 27 and 17.
        np.testing.assert_allclose(sprite.kps[0], [45 - 27 - 0.5, 40 - 17 - 0.5, 2])
        self.assertEqual(sprite.kps[16].tolist(), [0, 0, 0])
        self.assertEqual((sprite.yaw, sprite.pose, sprite.crop), (0.25, "stand", "full"))
        self.assertEqual(sprite.color[20, 20].tolist(), [10, 20, 30, 255])

    def test_cut_sides_stay_at_the_border(self):
        sprite = self.finish(CUT_LEFT | CUT_BOTTOM)
        self.assertEqual(sprite.color.shape, (80 - 17, 63, 4))

    def test_sharpening_keeps_even_colours_and_the_outline(self):
        color = np.zeros((20, 20, 4), np.uint8)
        color[5:15, 5:15] = (90, 120, 200, 255)
        for seed in range(5):
            np.testing.assert_allclose(person.sharpen(color, np.random.default_rng(seed)).astype(int), color, atol=1)

"""Whole synthetic people. Needs MakeHuman's assets (see the README) and a C compiler."""
import os
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data import keypoints as kp
from data.synthetic import makehuman, renderer

if not os.path.isdir(makehuman.FOLDER):
    raise unittest.SkipTest("MakeHuman's assets are not there; the README of the data preparation says how to get them")
if renderer.compiler() is None:
    raise unittest.SkipTest("there is no C compiler (cc, gcc or clang) to build the renderer with")

from data.synthetic.person import Studio
from data.synthetic.skeleton import LIMBS


class PeopleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.human = makehuman.Human()
        cls.studio = Studio(cls.human, meshes={})

    def people(self, seed, count):
        random, made = np.random.default_rng(seed), []
        while len(made) < count:
            sprite = self.studio.sprite(random)
            if sprite is not None:
                made.append(sprite)
        return made

    def test_keypoints_at_rest(self):
        """Anatomy: what is left of, above and in front of what."""
        body = type("Body", (), {"vertices": self.human.vertices, "joints": self.human.heads})
        rest = {limb: np.eye(3) for limb in LIMBS}
        bones = self.studio.skeleton.bones(rest, self.human.heads, np.random.default_rng(1))
        # A posed body has its root at the origin.
        points = self.studio.landmarks.keypoints(self.human, body, *bones) + self.human.heads[self.human.index["root"]]
        point = dict(zip(kp.NAMES, points))
        for name in kp.NAMES[1::2]:
            left, right = point[name], point[name.replace("left", "right")]
            self.assertGreater(left[0], 0.02, name)
            np.testing.assert_allclose(left * [-1, 1, 1], right, atol=0.05, err_msg=name)
        heights = [point[name][1] for name in ("left_eye", "nose", "left_shoulder", "left_elbow", "left_hip", "left_knee", "left_ankle")]
        self.assertEqual(heights, sorted(heights, reverse=True))
        self.assertLess(point["left_eye"][0], point["left_ear"][0])
        self.assertGreater(point["nose"][2], point["left_eye"][2])
        self.assertGreater(point["left_eye"][2], point["left_ear"][2])
        self.assertLess(abs(point["nose"][0]), 0.01)
        # Inside the skin, not beside it: each joint has skin on all sides.
        skin = self.human.vertices[:self.human.body_count]
        for name in kp.NAMES[5:]:
            near = skin[np.linalg.norm(skin - point[name], axis=1) < 0.15]
            self.assertTrue((near.min(0) < point[name]).all() and (near.max(0) > point[name]).all(), name)

    def test_bones_lie_along_their_limbs(self):
        at = lambda bone: self.human.heads[self.human.index[bone]]
        for start, middle, end in (("upperarm01.L", "upperarm02.L", "lowerarm01.L"), ("upperleg01.R", "upperleg02.R", "lowerleg01.R"),
                                   ("neck01", "neck02", "head"), ("lowerleg01.L", "lowerleg02.L", "foot.L")):
            limb, way = at(end) - at(start), at(middle) - at(start)
            self.assertTrue(0.1 < way @ limb / (limb @ limb) < 0.9, middle)
            self.assertLess(np.linalg.norm(np.cross(way, limb)) / np.linalg.norm(limb), 0.04, middle)

    def test_the_same_seed_gives_the_same_person(self):
        (first,), (again,), (other,) = self.people(5, 1), self.people(5, 1), self.people(6, 1)
        np.testing.assert_array_equal(first.color, again.color)
        np.testing.assert_array_equal(first.kps, again.kps)
        self.assertNotEqual(first.color.shape, other.color.shape)

    def test_visible_keypoints_are_on_the_person(self):
        seen = 0
        for sprite in self.people(1, 12):
            height, width = sprite.color.shape[:2]
            for x, y, v in sprite.kps:
                if v != kp.VISIBLE:
                    continue
                seen += 1
                # The nose in profile is the outline itself: two pixels around it.
                around = sprite.color[max(0, int(y) - 1):int(y) + 3, max(0, int(x) - 1):int(x) + 3, 3]
                self.assertGreater(around.max(), 127, f"({x}, {y}) of {width} x {height}")
        self.assertGreater(seen, 60)

"""The pack format: what is written comes back, and a damaged file is refused with a reason."""
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import numpy as np

from data import pack as packs, sprite_pack
from data.pack import PackError, PackWriter
from data.photos import encode_webp


def photo(width=40, height=30, seed=0):
    """A smooth picture: WebP keeps it nearly as it is."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 5 + seed, y * 7, x + y], -1).astype(np.uint8)


def person(x=10.0):
    points = np.zeros((17, 3), np.float32)
    points[0] = x, 12.5, 2
    points[5] = x + 3, 20, 1
    points[6, 2] = -1
    return points, [x - 5, 5, x + 8, 28]


def small_pack():
    writer = PackWriter()
    writer.add("first", encode_webp(photo(), 90), [person(10), person(20)], [[1, 2, 3, 4]], weight=0.5)
    writer.add("second", encode_webp(photo(33, 21, 9), 90))
    return writer


class PackTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "pack.npz")

    def write_changed(self, **changes):
        pack = small_pack().pack()
        arrays = {name: getattr(pack, name) for name in packs.ARRAYS} | changes
        np.savez(self.path, **{name: array for name, array in arrays.items() if array is not None})

    def assert_refused(self, reason, **changes):
        self.write_changed(**changes)
        with self.assertRaisesRegex(PackError, reason):
            packs.read(self.path)

    def test_round_trip(self):
        small_pack().save(self.path)
        pack = packs.read(self.path)
        self.assertEqual(len(pack), 2)
        self.assertEqual(pack.names.tolist(), ["first", "second"])
        self.assertEqual(pack.wt.tolist(), [0.5, 1.0])
        self.assertLess(np.abs(pack.photo(0).astype(int) - photo()).mean(), 4)
        self.assertEqual(pack.photo(1).shape, (21, 33, 3))
        points, boxes = pack.people(0)
        np.testing.assert_array_equal(points, [person(10)[0], person(20)[0]])
        np.testing.assert_array_equal(boxes, [person(10)[1], person(20)[1]])
        self.assertEqual(len(pack.people(1)[0]), 0)
        self.assertEqual(pack.ignored(0).tolist(), [[1, 2, 3, 4]])
        self.assertEqual(len(pack.ignored(1)), 0)

    def test_an_unknown_array_is_left_alone(self):
        self.write_changed(val=np.zeros(2, bool))
        self.assertEqual(len(packs.read(self.path)), 2)

    def test_truncated_file(self):
        small_pack().save(self.path)
        with open(self.path, "rb") as file:
            whole = file.read()
        for part in (0, 10, len(whole) // 2, len(whole) - 30):
            with open(self.path, "wb") as file:
                file.write(whole[:part])
            with self.assertRaisesRegex(PackError, "not a whole .npz file", msg=f"{part} bytes"):
                packs.read(self.path)

    def test_missing_array(self):
        self.assert_refused("pbox are missing", pbox=None)

    def test_truncated_images(self):
        pack = small_pack().pack()
        self.assert_refused("but there are", jpg=pack.jpg[:-5])
        shorter = pack.off.copy()
        shorter[-1] -= 5
        self.assert_refused("image 1 is cut off", jpg=pack.jpg[:-5], off=shorter)
        self.assert_refused("image 1 is no WebP", off=pack.off + [0, 2, 0])

    def test_wrong_shapes(self):
        pack = small_pack().pack()
        self.assert_refused(r"kps must be \[P, 17, 3\]", kps=pack.kps[:, :14])
        self.assert_refused(r"pbox must be \[2, 4\]", pbox=pack.pbox[:1])
        self.assert_refused(r"wt must be \[2\]", wt=np.ones(3))
        self.assert_refused("pimg must be integers", pimg=pack.pimg.astype(float))
        self.assert_refused("entries for 2 images", names=pack.names[:1])

    def test_wrong_numbers(self):
        pack = small_pack().pack()
        self.assert_refused("v is one of", kps=pack.kps + np.float32([0, 0, 5]))
        self.assert_refused("not finite", kps=pack.kps * np.float32(np.nan))
        self.assert_refused("names photo", pimg=pack.pimg + 2)
        self.assert_refused("names photo", ign_img=pack.ign_img - 1)
        self.assert_refused("negative", wt=-pack.wt)

    def test_writer_refuses_wrong_shapes(self):
        writer = PackWriter()
        writer.add("photo", encode_webp(photo(), 90), [(np.zeros((14, 3)), [0, 0, 1, 1])])
        with self.assertRaisesRegex(PackError, "keypoints must have shape"):
            writer.pack()

    def test_pickles_are_refused(self):
        self.assert_refused("not a whole .npz file", names=np.array([{"a": 1}, None], dtype=object))

    def test_evaluation_photos_are_found(self):
        forbidden = packs.evaluation.read_ids()
        writer = small_pack()
        writer.add(f"{min(forbidden):012d}", encode_webp(photo(), 90))
        writer.save(self.path)
        with self.assertRaisesRegex(PackError, "holds evaluation photos"):
            packs.main([self.path])


class SpritePackTest(unittest.TestCase):
    def save(self, points, folder):
        sprite = np.dstack([photo(), np.full((30, 40), 255, np.uint8)])
        writer = sprite_pack.SpriteWriter()
        writer.add(encode_webp(sprite, 90), (30, 40), points, sprite_pack.CUT_BOTTOM, 0.5, "stand", "waist")
        path = os.path.join(folder, "sprites.npz")
        writer.save(path)
        return path

    def test_round_trip(self):
        points = person()[0]
        points[6, 2] = 0
        with tempfile.TemporaryDirectory() as folder:
            sprites = sprite_pack.read(self.save(points, folder))
        self.assertEqual(sprites.sprite(0).shape, (30, 40, 4))
        np.testing.assert_array_equal(sprites.kps[0], points)
        self.assertEqual((sprites.cut[0], sprites.pose[0], sprites.crop[0]), (8, "stand", "waist"))

    def test_a_keypoint_outside_its_sprite_is_refused(self):
        points = person(38.0)[0]
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(PackError, "outside its image"):
            self.save(points, folder)

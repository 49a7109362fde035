"""A pack back to photos and COCO's annotations."""
import contextlib
import io
import json
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import cv2
import numpy as np

from data import photos
from data.pack import PackError, PackWriter
from data.unpack import main


def webp(value):
    return photos.encode_webp(np.full((40, 60, 3), value, np.uint8), 80)


class UnpackTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        points = np.zeros((17, 3), np.float32)
        points[0], points[5], points[9] = (10.5, 20, 2), (12, 25, 1), (0, 0, -1)
        self.writer = PackWriter()
        self.writer.add("set/000000000139x.jpg", webp(10), [(points, [5, 6, 25, 36])], [[0, 0, 8, 4]])
        self.writer.add("set/000000000724.jpg", webp(200))

    def unpack(self, *options):
        path = os.path.join(self.folder, "pack.npz")
        self.writer.save(path)
        out = os.path.join(self.folder, "out")
        with contextlib.redirect_stdout(io.StringIO()) as text:
            main([path, out, *options])
        with open(os.path.join(out, "annotations.json"), encoding="utf-8") as file:
            return json.load(file), out, text.getvalue()

    def test_people_and_crowds(self):
        data, out, text = self.unpack()
        self.assertEqual([image["id"] for image in data["images"]], [139, 724])
        self.assertEqual(data["images"][0] | {"id": 0}, {"id": 0, "file_name": "000000000139.webp", "width": 60, "height": 40})
        person, crowd = data["annotations"]
        self.assertEqual((person["bbox"], person["area"], person["num_keypoints"], person["iscrowd"]), ([5, 6, 20, 30], 318, 2, 0))
        self.assertEqual(person["keypoints"][:3] + person["keypoints"][15:18] + person["keypoints"][27:30], [10.5, 20, 2, 12, 25, 1, 0, 0, 0])
        self.assertEqual((crowd["bbox"], crowd["num_keypoints"], crowd["iscrowd"]), ([0, 0, 8, 4], 0, 1))
        self.assertEqual(cv2.imread(os.path.join(out, "photos", "000000000724.webp")).shape, (40, 60, 3))
        self.assertIn("2 photos, 1 people, 1 regions", text)

    def test_limit(self):
        self.assertEqual(len(self.unpack("--limit", "1")[0]["images"]), 1)

    def test_set_aside(self):
        for number in range(900_000_001, 900_000_019):
            self.writer.add(f"{number:012d}.jpg", webp(number % 256))
        ids = lambda *options: [image["id"] for image in self.unpack(*options)[0]["images"]]
        drawn = ids("--set-aside", "5", "--seed", "7")
        rest = ids("--set-aside", "5", "--seed", "7", "--rest")
        self.assertEqual((len(drawn), len(rest), len({*drawn, *rest})), (5, 15, 20))
        self.assertEqual(drawn, ids("--set-aside", "5", "--seed", "7"))
        self.assertNotEqual(drawn, ids("--set-aside", "5", "--seed", "8"))
        with self.assertRaisesRegex(PackError, "20 of 20 photos"):
            ids("--set-aside", "20")

    def test_photos_are_the_packs_bytes(self):
        data, out, _ = self.unpack("--set-aside", "1")
        with open(os.path.join(out, "photos", data["images"][0]["file_name"]), "rb") as file:
            self.assertIn(file.read(), (webp(10).tobytes(), webp(200).tobytes()))

    def test_evaluation_photos_are_refused(self):
        self.writer.add("000000000785.jpg", webp(1))
        with self.assertRaisesRegex(PackError, "evaluation photos"):
            self.unpack()

    def test_one_id_twice_is_refused(self):
        self.writer.add("000000000724.png", webp(1))
        with self.assertRaisesRegex(PackError, "one COCO id"):
            self.unpack()


if __name__ == "__main__":
    unittest.main()

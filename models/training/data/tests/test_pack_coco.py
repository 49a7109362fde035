"""COCO's annotations to a pack: scaling, regions without loss, and the photos that must stay out."""
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

from data import evaluation, pack as packs
from data.pack_coco import main, pack_coco


def annotation(image, keypoints=None, **more):
    flat = [0] * 51
    for index, values in (keypoints or {}).items():
        flat[3 * index:3 * index + 3] = values
    return {"id": 1, "image_id": image, "category_id": 1, "iscrowd": 0, "bbox": [20, 10, 40, 60], "keypoints": flat} | more


class PackCocoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = {
            "images": [{"id": i, "file_name": f"{i:012d}.png", "width": 100, "height": 80} for i in (7, 8, 9)],
            "annotations": [
                annotation(7, {0: [30, 20, 2], 16: [49, 69, 1]}),
                annotation(7, bbox=[0, 0, 10, 10]),
                annotation(8, {0: [30, 20, 2]}, iscrowd=1),
                annotation(9, {0: [30, 20, 2]}),
            ],
        }
        for image in self.data["images"]:
            cv2.imwrite(self.file(image["file_name"]), np.full((80, 100, 3), image["id"], np.uint8))

    def file(self, name):
        return os.path.join(self.folder, name)

    def annotations(self):
        with open(self.file("annotations.json"), "w", encoding="utf-8") as file:
            json.dump(self.data, file)
        return self.file("annotations.json")

    def pack(self, exclude=(), **options):
        writer, counts = pack_coco(self.annotations(), self.folder, set(exclude), **options)
        return writer.pack(), counts

    def test_people_and_regions(self):
        pack, counts = self.pack()
        self.assertEqual(pack.names.tolist(), ["000000000007", "000000000008", "000000000009"])
        points, boxes = pack.people(0)
        self.assertEqual(points[0, [0, 16]].tolist(), [[30, 20, 2], [49, 69, 1]])
        self.assertEqual((points[0, :, 2] > 0).sum(), 2)
        self.assertEqual(boxes.tolist(), [[20, 10, 60, 70]])
        self.assertEqual(pack.ignored(0).tolist(), [[0, 0, 10, 10]], "a person without keypoints")
        self.assertEqual(pack.ignored(1).tolist(), [[20, 10, 60, 70]], "a crowd")
        self.assertEqual(pack.wt.tolist(), [1, 0.3, 1])
        self.assertEqual(counts["people"], 2)

    def test_scaling(self):
        pack, _ = self.pack(max_side=50)
        self.assertEqual(pack.photo(0).shape, (40, 50, 3))
        # Pixel 30's centre is at 30.5; half of it is 15.25, the centre of "pixel 14.75".
        self.assertEqual(pack.people(0)[0][0, 0].tolist(), [14.75, 9.75, 2])
        self.assertEqual(pack.people(0)[1].tolist(), [[10, 5, 30, 35]])

    def test_excluded_photo(self):
        pack, counts = self.pack(exclude=[7])
        self.assertEqual(pack.names.tolist(), ["000000000008", "000000000009"])
        self.assertEqual(counts["excluded"], 1)

    def test_excluded_photo_under_another_id(self):
        self.data["images"][0]["id"] = 70
        pack, counts = self.pack(exclude=[7])
        self.assertEqual(pack.names.tolist(), ["000000000008", "000000000009"])
        self.assertEqual(counts["excluded"], 1)

    def test_the_evaluation_photos_are_excluded_unless_told_otherwise(self):
        forbidden = min(evaluation.read_ids())
        name = f"{forbidden:012d}.png"
        self.data["images"].append({"id": forbidden, "file_name": name, "width": 100, "height": 80})
        cv2.imwrite(self.file(name), np.zeros((80, 100, 3), np.uint8))
        with contextlib.redirect_stdout(io.StringIO()):
            main([self.annotations(), self.folder, self.file("out.npz")])
        self.assertEqual(packs.read(self.file("out.npz")).names.tolist(), ["000000000007", "000000000008", "000000000009"])

    def test_an_empty_pack_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no photo to pack.*3 not in the folder"):
            main([self.annotations(), self.file("elsewhere"), self.file("out.npz")])

    def test_a_list_with_something_else_in_it_is_refused(self):
        with open(self.file("ids.txt"), "w", encoding="utf-8") as file:
            file.write("7\n000000000008.jpg\n")
        with self.assertRaisesRegex(ValueError, "ids.txt:2"):
            evaluation.read_ids(self.file("ids.txt"))

    def test_an_empty_list_is_refused(self):
        open(self.file("ids.txt"), "w", encoding="utf-8").close()
        with self.assertRaisesRegex(ValueError, "lists no photo"):
            evaluation.read_ids(self.file("ids.txt"))

    def test_a_missing_photo_is_counted(self):
        os.remove(self.file("000000000008.png"))
        pack, counts = self.pack()
        self.assertEqual(len(pack), 2)
        self.assertEqual(counts["not in the folder"], 1)

    def test_a_photo_of_another_size_is_refused(self):
        cv2.imwrite(self.file("000000000008.png"), np.zeros((40, 50, 3), np.uint8))
        with self.assertRaisesRegex(ValueError, "50x40, but its annotations are for 100x80"):
            self.pack()

    def test_other_formats_are_refused(self):
        self.data["annotations"][0]["keypoints"] = [0] * 42
        with self.assertRaisesRegex(ValueError, "17 keypoints"):
            self.pack()
        self.data = []
        with self.assertRaisesRegex(ValueError, "COCO's format"):
            self.pack()

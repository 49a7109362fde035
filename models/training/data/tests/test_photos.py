"""Reading, shrinking and finding photos."""
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import cv2
import numpy as np

from data import photos
from data.teacher.label_photos import already_labelled

# EXIF data that say "turn right" (orientation 6), as an APP1 segment of a JPEG.
EXIF = bytes.fromhex("ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000".replace(" ", ""))


class PhotosTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def test_exif_rotation(self):
        """Web photos are turned upright; COCO's are left as their annotations see them."""
        done, jpeg = cv2.imencode(".jpg", np.zeros((20, 40, 3), np.uint8))
        with open(self.path("turned.jpg"), "wb") as file:
            file.write(jpeg.tobytes()[:2] + EXIF + jpeg.tobytes()[2:])
        self.assertEqual(photos.read(self.path("turned.jpg")).shape, (40, 20, 3))
        self.assertEqual(photos.read(self.path("turned.jpg"), upright=False).shape, (20, 40, 3))

    def test_what_is_no_photo_is_refused(self):
        for text in ("no photo", ""):
            with open(self.path("text.jpg"), "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaisesRegex(ValueError, "text.jpg cannot be read"):
                photos.read(self.path("text.jpg"))
        with self.assertRaises(FileNotFoundError):
            photos.read(self.path("missing.jpg"))

    def test_shrink(self):
        image, scale_x, scale_y = photos.shrink(np.zeros((333, 1000, 3), np.uint8), 100)
        self.assertEqual((image.shape, scale_x, scale_y), ((33, 100, 3), 0.1, 33 / 333))
        image, *scales = photos.shrink(np.zeros((30, 50, 3), np.uint8), 100)
        self.assertEqual((image.shape, scales), ((30, 50, 3), [1, 1]))

    def test_photos_of_a_folder(self):
        os.makedirs(self.path("b"))
        for names in (("b", "2.JPG"), ("1.png",), ("b", "notes.txt"), ("a.webp",)):
            open(self.path(*names), "w", encoding="utf-8").close()
        self.assertEqual(photos.list_folder(self.folder), ["1.png", "a.webp", os.path.join("b", "2.JPG")])

    def test_labelling_goes_on_where_it_stopped(self):
        self.assertEqual(already_labelled(self.path("labels.jsonl")), set())
        with open(self.path("labels.jsonl"), "w", encoding="utf-8") as file:
            file.write('{"photo": "a.jpg"}\n{"photo": "b.jpg"}\n')
        self.assertEqual(already_labelled(self.path("labels.jsonl")), {"a.jpg", "b.jpg"})

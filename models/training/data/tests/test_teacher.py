"""What is made of the teacher's outputs: boxes, keypoints, labels. No weights are needed."""
import json
import os
import tempfile
import unittest

from . import require

require("numpy", "cv2")
import cv2
import numpy as np

from data import keypoints as kp
from data.pack_photos import MAX_PEOPLE, label_of, pack_photos, read_labels, sort_people
from data.teacher import detector, pose, squashed, weights
from data.teacher.label_photos import label_photo
from data.teacher.labeller import Labeller, similarity, without_duplicates


def empty_cells():
    """Outputs of the detector that find nobody."""
    cells = [np.zeros((1, 320 // s, 320 // s, 5)) for s in detector.STRIDES]
    for c in cells:
        c[..., 0] = -20
    return cells


def bump(x, y, height=64, width=48, sigma=2.0):
    """A heatmap with its peak at (x, y)."""
    yy, xx = np.mgrid[:height, :width]
    return np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * sigma ** 2)).astype(np.float32)


class DetectorTest(unittest.TestCase):
    def test_letterbox(self):
        tensor, scale = detector.letterbox(np.full((320, 640, 3), 255, np.uint8))
        self.assertEqual((tensor.shape, scale), ((1, 3, 320, 320), 0.5))
        self.assertAlmostEqual(tensor[0, 0, 159, 0], (255 - 103.53) / 57.375, places=3)
        self.assertAlmostEqual(tensor[0, 2, 160, 0], (114 - 123.675) / 58.395, places=3)

    def test_decode(self):
        cells = empty_cells()
        cells[1][0, 3, 5] = 0, 16, 8, 24, 40  # stride 16: the corner (80, 48); logit 0 is score 0.5
        np.testing.assert_allclose(detector.decode(cells, 0.5), [[128, 80, 208, 176, 0.5]])

    def test_suppress(self):
        boxes = np.array([[0, 0, 10, 10, 0.8], [0, 0, 10, 9, 0.9], [20, 0, 30, 10, 0.7], [21, 1, 24, 4, 0.3]])
        np.testing.assert_array_equal(detector.suppress(boxes)[:, 4], [0.9, 0.7, 0.3])
        np.testing.assert_array_equal(detector.suppress(boxes, 0.6, inside=0.9)[:, 4], [0.9, 0.7])

    def test_boxes_of_tiles(self):
        """A box at an inner border is half a person, one at the photo's own border is not."""
        boxes = np.array([[1, 10, 20, 30, 0.9], [50, 10, 99, 30, 0.9], [50, 10, 70, 80, 0.9]])
        good = detector.whole_and_small(boxes, 100, 100, is_right=False, is_lower=False)
        self.assertEqual(good.tolist(), [True, False, False])
        good = detector.whole_and_small(boxes, 100, 100, is_right=True, is_lower=False)
        self.assertEqual(good.tolist(), [False, True, False])

    def test_a_small_person_is_found_in_its_tile(self):
        class Network:
            """Sees a person in the lower right tile only: the one whose first pixel is bright."""

            def run(self, _, inputs):
                cells = empty_cells()
                if inputs["images"][0, 0, 0, 0] > 1:
                    cells[0][0, 20, 20] = 4, 16, 16, 16, 16  # 144 to 176 of 320
                return cells

        image = np.zeros((1000, 1000, 3), np.uint8)
        image[400:, 400:] = 255
        (box,) = detector.Detector(Network()).detect(image)
        np.testing.assert_allclose(box[:4], 400 + np.array([144, 144, 176, 176]) * 600 / 320)
        self.assertAlmostEqual(box[4], 0.9 / (1 + np.exp(-4)))


class PoseTest(unittest.TestCase):
    def test_crop_has_the_box_in_its_middle(self):
        image = np.zeros((400, 600, 3), np.uint8)
        cv2.circle(image, (300, 200), 6, (255, 255, 255), -1)
        patch, region = pose.crop(image, [260, 120, 340, 280])
        np.testing.assert_allclose(region, [300 - 75, 200 - 100, 150, 200])  # 160 high, 120 wide for 3:4, a quarter more
        y, x = np.nonzero(patch[..., 0] > 127)
        # Up to half a pixel: the crop counts pixels by their index.
        self.assertLess(max(abs(x.mean() - 96), abs(y.mean() - 128)), 0.6)

    def test_decode_finds_the_peak_between_cells(self):
        points = pose.decode(np.stack([bump(20.3, 30.8), bump(11, 40), bump(0, 63)]))
        np.testing.assert_allclose(points[:, :2], [[20.3, 30.8], [11, 40], [0, 63]], atol=0.06)
        self.assertGreater(points[0, 2], 0.9)

    def test_decode_keeps_the_maximum_of_a_flat_heatmap(self):
        np.testing.assert_array_equal(pose.decode(np.full((1, 64, 48), 0.5, np.float32)), [[0, 0, 0.5]])
        self.assertEqual(pose.newton_step(np.ones((5, 5), np.float32)), (0, 0))

    def test_merge_flipped(self):
        """The mirrored crop's left wrist is the right wrist, at the mirrored place."""
        left, right = kp.NAMES.index("left_wrist"), kp.NAMES.index("right_wrist")
        heatmaps, flipped = np.zeros((2, 1, 17, 64, 48), np.float32)
        heatmaps[0, left] = bump(10, 20)
        flipped[0, right] = bump(47 - 10 + 1, 20)  # + 1: the mirrored one comes out a cell to the left
        merged = pose.merge_flipped(heatmaps, flipped)
        np.testing.assert_allclose(merged[0, left, :, 1:], bump(10, 20)[:, 1:], atol=1e-3)
        self.assertEqual(merged[0, right].max(), 0)

    def test_to_photo(self):
        points = pose.to_photo(np.array([[24, 32, 0.5]]), (100, 50, 96, 128))
        np.testing.assert_allclose(points, [[100 + 48, 50 + 64, 0.5]])

    def test_more_people_than_a_batch(self):
        class Session:
            def get_inputs(self):
                return [type("Input", (), {"name": "image"})]

            def run(self, _, inputs):
                assert len(inputs["image"]) <= pose.BATCH
                # The mean colour, so that each crop can be told from the others.
                return [np.tile(inputs["image"].mean((1, 2, 3))[:, None, None, None], (1, 17, 64, 48))]

        crops = [np.full((256, 192, 3), value, np.uint8) for value in range(0, 220, 10)]
        means = pose.PoseNet(Session()).heatmaps(crops)[:, 0, 0, 0]
        self.assertEqual(len(means), 22)
        self.assertTrue((np.diff(means) > 0).all())


def person(x=100.0, score=0.9, joint=0.9, **more):
    keypoints = [[x + 3 * (i % 5), 50.0 + 10 * i, joint] for i in range(17)]
    return {"box": [x - 20, 40, x + 40, 240], "box_score": score, "pose_score": joint, "keypoints": keypoints} | more


class LabelTest(unittest.TestCase):
    def test_two_boxes_around_one_person(self):
        kept = without_duplicates([person(score=0.5), person(x=101, score=0.9), person(x=300, score=0.6)])
        self.assertEqual([p["box_score"] for p in kept], [0.9, 0.6])

    def test_similarity(self):
        a = np.array(person()["keypoints"])
        self.assertAlmostEqual(similarity(a, a, person()["box"]), 1)
        # A shift of s = 2 sigma sqrt(area) gives exp(-1/2).
        shift = 2 * 0.07 * np.sqrt(60 * 200 * 0.53)
        self.assertAlmostEqual(similarity(a, a + [shift, 0, 0], person()["box"]), np.exp(-0.5), places=5)
        self.assertEqual(similarity(a, a * [1, 1, 0], person()["box"]), 0)

    def test_doubtful_people_get_no_keypoints(self):
        class People:
            def detect(self, image):
                return np.array([[10, 10, 50, 90, 0.8], [60, 10, 90, 90, 0.15], [0, 0, 5, 5, 0.07]])

        class Poses:
            def poses(self, image, boxes):
                return np.stack([np.array(person()["keypoints"]) for _ in boxes])

        line = label_photo(Labeller(People(), Poses()), np.zeros((100, 1280, 3), np.uint8))
        self.assertEqual((line["width"], line["height"]), (640, 50))
        self.assertEqual([p["keypoints"] is None for p in line["people"]], [False, True])
        self.assertEqual(line["people"][1]["box"], [60, 10, 90, 90])

    def test_sure_doubtful_and_outside_keypoints(self):
        labelled = person()
        labelled["keypoints"][0][2] = 0.3          # doubtful
        labelled["keypoints"][1][0] = 650.0        # sure, outside
        labelled["keypoints"][2][0], labelled["keypoints"][2][2] = 650.0, 0.3
        points = label_of(labelled, 0.5, 320, 240)
        self.assertEqual(points[:4, 2].tolist(), [kp.UNKNOWN, kp.NOT_LABELLED, kp.UNKNOWN, kp.VISIBLE])
        self.assertEqual(points[3].tolist(), [(100 + 9) / 2, 40, 2])
        self.assertEqual(points[:3, :2].tolist(), [[0, 0]] * 3)

    def test_unsure_people_become_regions(self):
        sure, unsure, poor, tiny = person(), person(score=0.3), person(joint=0.3), person()
        tiny["box"] = [100, 40, 110, 60]
        unlikely, boxed = person(score=0.1), person(keypoints=None)
        labels, regions = sort_people([sure, unsure, poor, tiny, unlikely, boxed], 1.0, 640, 480)
        self.assertEqual(len(labels), 1)
        self.assertEqual(regions, [p["box"] for p in (unsure, poor, tiny, boxed)])

    def test_people_beyond_the_room_become_regions(self):
        labels, regions = sort_people([person(x=50.0 + 9 * i) for i in range(MAX_PEOPLE + 2)], 1.0, 640, 480)
        self.assertEqual((len(labels), len(regions)), (MAX_PEOPLE, 2))


class PackPhotosTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def line(self, name, people, width=640, height=480):
        cv2.imwrite(os.path.join(self.folder, name), np.full((height, width, 3), 90, np.uint8))
        return {"photo": name, "width": width, "height": height, "people": people}

    def pack(self, lines, **options):
        writer, counts = pack_photos(lines, self.folder, {139}, max_side=320, **options)
        return writer.pack(), counts

    def test_pack(self):
        lines = [self.line("a.png", [person(), person(x=300, score=0.3)]), self.line("b.png", []),
                 self.line("c.png", [person(score=0.3)])]
        pack, counts = self.pack(lines, weight=2.0)
        self.assertEqual(pack.names.tolist(), ["a.png", "b.png"], "a photo of doubtful people only is of no use")
        self.assertEqual(pack.photo(0).shape, (240, 320, 3))
        self.assertEqual(pack.people(0)[1].tolist(), [[40, 20, 70, 120]])
        self.assertEqual(pack.ignored(0).tolist(), [[140, 20, 170, 120]])
        self.assertEqual(pack.wt.tolist(), [2.0, 0.25])
        self.assertEqual(counts["with doubtful people only"], 1)

    def test_an_evaluation_photo_is_excluded(self):
        lines = [self.line(name, [person()]) for name in ("000000000139.png", "000000000140.png")]
        pack, counts = self.pack(lines)
        self.assertEqual((pack.names.tolist(), counts["excluded"]), (["000000000140.png"], 1))

    def test_labels_of_a_restored_aspect_ratio(self):
        """The file is still a square; its labels are for 4:3."""
        line = self.line("square.png", [person()], 480, 480) | {"width": 640, "height": 480}
        self.assertEqual(self.pack([line])[0].photo(0).shape, (240, 320, 3))

    def test_damaged_labels(self):
        path = os.path.join(self.folder, "labels.jsonl")
        for text, reason in (('{"photo": "a', "labels.jsonl:2 is no JSON"), ('{"photo": "a"}', "labels.jsonl:2 lacks height")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(json.dumps({"photo": "a", "width": 1, "height": 1, "people": []}) + "\n" + text + "\n")
            with self.assertRaisesRegex(ValueError, reason):
                list(read_labels(path))


class SquashedTest(unittest.TestCase):
    def test_the_aspect_ratio_with_the_surest_poses(self):
        class Teacher:
            """Sees one person, and is surest of their pose in a portrait."""

            def detect_once(self, image):
                return np.array([[0, 0, 10, 10, 0.9]])

        teacher = Teacher()
        teacher.people = teacher
        sure = {(416, 416): 0.5, (297, 416): 0.5, (416, 300): 0.9}
        teacher.poses = type("Poses", (), {"poses": lambda self, image, boxes: np.full((1, 17, 3), sure[image.shape[:2]])})()
        image, aspect = squashed.restore(teacher, np.zeros((416, 416, 3), np.uint8))
        self.assertEqual((image.shape, aspect), ((416, 300, 3), 0.72))
        teacher.detect_once = lambda image: np.zeros((0, 5))
        self.assertEqual(squashed.fit(teacher, image), 0)


class WeightsTest(unittest.TestCase):
    def test_missing_and_wrong_files(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(weights.WeightsError, "is missing"):
                weights.find("tinypose_256x192.bin", folder)
            with open(os.path.join(folder, "tinypose_256x192.bin"), "wb") as file:
                file.write(b"something else")
            with self.assertRaisesRegex(weights.WeightsError, "not the expected file"):
                weights.find("tinypose_256x192.bin", folder)

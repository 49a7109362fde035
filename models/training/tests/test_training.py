"""A whole small run on the CPU: packs in, falling loss, checkpoint, the run taken up again, exported weights."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests import require

require("cv2")
import numpy as np
import torch

import packs
import train
from average import Average, decay_at
from batches import Augmentation, BatchMaker
from checkpoint import read_state_dict
from data.evaluation import read_ids
from data.pack import PackWriter
from data.photos import encode_webp
from data.sprite_pack import SpriteWriter
from export import export
from network import NETWORKS, PoseNetwork
from random_draws import Draws
from rules import RULES
from schedule import Phase, Schedule
from trainer import Trainer

CPU = torch.device("cpu")


def person(x: float, y: float, height: float) -> tuple[np.ndarray, list[float]]:
    """A standing figure's keypoints around (x, y), and its box."""
    rows = np.array([-.45, -.48, -.48, -.46, -.46, -.3, -.3, -.15, -.15, 0, 0, 0, 0, .25, .25, .48, .48])
    columns = np.array([0, .02, -.02, .04, -.04, .1, -.1, .14, -.14, .15, -.15, .07, -.07, .08, -.08, .08, -.08])
    points = np.stack([x + columns * height, y + rows * height, np.full(17, 2.0)], -1).astype(np.float32)
    low, high = points[:, :2].min(0) - 2, points[:, :2].max(0) + 2
    return points, [*low, *high]


def write_pack(path: str, names=("first", "second")) -> str:
    """Photos of a bright figure's joints on a dark ground."""
    writer = PackWriter()
    for index, name in enumerate(names):
        photo = np.full((80, 96, 3), 40, np.uint8)
        points, box = person(40 + 12 * index, 40, 60)
        for k, (x, y, _) in enumerate(points.astype(int)):
            photo[max(0, y - 2):y + 3, max(0, x - 2):x + 3] = (255, 10 * k, 250 - 10 * k)
        writer.add(name, encode_webp(photo, 95), [(points, box)], [[80, 0, 96, 10]])
    writer.save(path)
    return path


def write_sprites(path: str) -> str:
    writer = SpriteWriter()
    sprite = np.zeros((400, 200, 4), np.uint8)
    sprite[20:380, 40:160] = (200, 100, 50, 255)
    points, _ = person(100, 200, 360)
    writer.add(encode_webp(sprite, 90), (400, 200), points, 0, 0.0, "test", "full")
    writer.save(path)
    return path


def quiet(argv: list[str]) -> tuple[Trainer, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        trainer = train.main(argv)
    return trainer, output.getvalue()


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)


class Packs(InAFolder):
    def test_photos_and_labels_arrive_whole(self):
        photos = packs.load_photos([write_pack(self.path("a.npz")), write_pack(self.path("b.npz"), ["third"])], CPU)
        self.assertEqual(photos.pixels.shape, (3, 96, 96, 4))
        self.assertEqual(photos.sizes.tolist(), [[96, 80]] * 3)
        self.assertEqual(photos.people.tolist(), [1, 1, 1])
        self.assertLess(float((photos.pixels[0, 40, 5, :3].float() - 40).abs().max()), 6)
        # Red, green, blue: joint 15 is (255, 150, 100) in OpenCV's order.
        x, y = photos.joints[0, 0, 15].long().tolist()
        difference = photos.pixels[0, y, x, :3].float() - torch.tensor([100.0, 150.0, 255.0])
        self.assertLess(float(difference.abs().max()), 40)
        self.assertEqual(photos.pixels[0, 5, 85, 3].item(), 0)
        self.assertEqual(photos.pixels[0, 15, 85, 3].item(), 255)

    def test_sprites_are_shrunk_with_their_keypoints(self):
        sprites = packs.load_sprites([write_sprites(self.path("s.npz"))], CPU)
        self.assertEqual(sprites.sizes.tolist(), [[160, 320]])
        self.assertEqual(sprites.pixels[0, 5, 5].tolist(), [0, 0, 0, 0])
        self.assertLess(float((sprites.pixels[0, 160, 80].float() - torch.tensor([50.0, 100, 200, 255])).abs().max()), 8)
        expected = (torch.from_numpy(person(100, 200, 360)[0][:, :2]) + 0.5) * 0.8 - 0.5
        self.assertLess(float((sprites.joints[0] - expected).abs().max()), 1e-4)

    def test_packs_with_an_evaluation_photo_are_refused(self):
        ids = sorted(read_ids())
        self.assertEqual(len(ids), 60)
        for name in (f"{ids[0]:012d}", f"val2017/{ids[-1]:012d}.jpg", f"COCO_val2014_{ids[30]:012d}.jpg", str(ids[3]),
                     f"{ids[4]}.jpg"):
            path = write_pack(self.path("bad.npz"), ["first", name])
            with self.assertRaisesRegex(ValueError, "1 evaluation photos.*" + name):
                packs.load_photos([path], CPU)
            # Also where the photo itself would not be read.
            with self.assertRaises(ValueError):
                quiet(["--photos", path, "--steps", "1", "--limit", "1", "--network", "tiny_w4", "--device", "cpu"])
        neighbour = next(i for i in range(ids[0], ids[0] + 99) if i not in ids)
        packs.load_photos([write_pack(self.path("good.npz"), [f"{neighbour:012d}", f"{ids[0]:08d}.jpg", "x785"])], CPU)


class Runs(InAFolder):
    def options(self, *more: str) -> list[str]:
        return ["--photos", write_pack(self.path("photos.npz")), "--sprites", write_sprites(self.path("sprites.npz")),
                "--network", "tiny_w4", "--device", "cpu", "--size", "64", "--batch", "2", "--warmup", "3",
                "--out", self.path("run.pt"), *more]

    def test_the_loss_falls(self):
        photos = packs.load_photos([write_pack(self.path("photos.npz"))], CPU)
        for rules in RULES.values():
            torch.manual_seed(0)
            batch = BatchMaker(photos, None, rules, Draws(CPU, 0)).make(2, 64, Augmentation(look=False))
            trainer = Trainer(PoseNetwork(NETWORKS["tiny_w4"]), rules, CPU)
            losses = [float(trainer.train(batch, 3e-3)[0]) for _ in range(10)]
            self.assertLess(losses[-1], 0.5 * losses[0])
            self.assertTrue(all(np.isfinite(losses)))

    def test_two_phases_a_checkpoint_and_the_run_taken_up_again(self):
        options = self.options("--size2", "96", "--batch2", "2", "--change-at", "0.5", "--save-every", "2", "--rules", "shipped")
        first, output = quiet([*options, "--steps", "4"])
        self.assertEqual(first.step, 4)
        self.assertIn("96 px", output)
        self.assertFalse(Path(self.path("run.pt.part")).exists())
        second, output = quiet([*options, "--steps", "6", "--resume"])
        self.assertIn("resumed after step 4", output)
        self.assertEqual(second.step, 6)
        self.assertGreater(second.seconds, first.seconds)

    def test_taken_up_again_it_goes_on_as_if_never_stopped(self):
        photos = packs.load_photos([write_pack(self.path("photos.npz"))], CPU)

        def fresh():
            torch.manual_seed(0)
            draws = Draws(CPU, 0)
            return Trainer(PoseNetwork(NETWORKS["tiny_w4"]), RULES["released"], CPU), BatchMaker(photos, None, RULES["released"], draws)

        def go(trainer, maker, steps):
            for _ in range(steps):
                trainer.train(maker.make(2, 64, Augmentation()), 1e-3)

        whole, maker = fresh()
        go(whole, maker, 4)
        half, maker = fresh()
        go(half, maker, 2)
        half.save(Path(self.path("half.pt")), maker.draws.generator)
        again, maker = fresh()
        again.resume(Path(self.path("half.pt")), maker.draws.generator)
        go(again, maker, 2)
        for ours, theirs in ((whole.network.state_dict(), again.network.state_dict()), (whole.average.state, again.average.state)):
            for name in ours:
                self.assertTrue(torch.allclose(ours[name], theirs[name], rtol=1e-4, atol=1e-6), name)

    def test_starts_from_given_weights_and_exports_its_average(self):
        start = PoseNetwork(NETWORKS["tiny_w4"])
        export(start.state_dict(), self.path("start.pth"))
        trainer, _ = quiet(self.options("--init", self.path("start.pth"), "--steps", "1", "--rate", "0"))
        subprocess.run([sys.executable, "export.py", self.path("run.pt"), self.path("end.pth")], check=True,
                       cwd=Path(train.__file__).parent)
        exported = torch.load(self.path("end.pth"), weights_only=True)
        self.assertEqual(list(exported), list(start.state_dict()))
        self.assertEqual({t.dtype for t in exported.values() if t.is_floating_point()}, {torch.float16})
        for name, tensor in read_state_dict(self.path("end.pth")).items():
            if tensor.is_floating_point() and "running" not in name:
                self.assertTrue(torch.allclose(tensor, start.state_dict()[name], rtol=1e-3, atol=1e-4), name)
        PoseNetwork(NETWORKS["tiny_w4"]).load_state_dict(read_state_dict(self.path("end.pth")))
        # Not the last weights but their average.
        mean = trainer.average.state["bn1.running_mean"]
        self.assertTrue(torch.equal(exported["bn1.running_mean"], mean.half()))
        self.assertFalse(torch.equal(exported["bn1.running_mean"], trainer.network.bn1.running_mean.half()))

    def test_numbers_beyond_half_precision_are_not_exported(self):
        state = {"x": torch.tensor([1e6])}
        with self.assertRaisesRegex(ValueError, "x has values"):
            export(state, self.path("x.pth"))
        self.assertFalse(os.path.exists(self.path("x.pth")))


class AverageTest(unittest.TestCase):
    def test_follows_the_network(self):
        layer = torch.nn.BatchNorm2d(1)
        average = Average(layer)
        with torch.no_grad():
            layer.weight.fill_(3)
            layer.running_mean.fill_(1)
        average.update(layer, 0.75)
        self.assertAlmostEqual(float(average.state["weight"]), 1 + 0.25 * 2)
        self.assertAlmostEqual(float(average.state["running_mean"]), 0.25)
        self.assertEqual(average.state_dict(layer).keys(), layer.state_dict().keys())
        self.assertEqual(float(layer.weight), 3)

    def test_its_memory_grows_to_a_limit(self):
        self.assertAlmostEqual(decay_at(0), 1 / 20)
        self.assertEqual(decay_at(10 ** 6), 0.999)


class ScheduleTest(unittest.TestCase):
    def test_either_budget_ends_the_run(self):
        schedule = Schedule(1.0, 10, 100.0, 50, (Phase(64, 4),))
        self.assertEqual(schedule.progress(25, 10.0), 0.5)
        self.assertEqual(schedule.progress(5, 80.0), 0.8)
        self.assertEqual(schedule.progress(5, 180.0), 1.0)

    def test_rate_rises_and_falls_and_the_phase_changes(self):
        schedule = Schedule(2.0, 10, None, 100, (Phase(64, 4), Phase(96, 2)), change_at=0.75)
        self.assertAlmostEqual(schedule.rate(0, 0.0), 0.2)
        self.assertAlmostEqual(schedule.rate(50, 0.5), 2 * (0.02 + 0.98 * 0.5))
        self.assertAlmostEqual(schedule.rate(100, 1.0), 0.04)
        self.assertEqual([schedule.phase(p).size for p in (0.0, 0.74, 0.75, 1.0)], [64, 64, 96, 96])


if __name__ == "__main__":
    unittest.main()

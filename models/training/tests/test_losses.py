import unittest

import torch

from losses import offset_loss, total_loss
from rules import RULES
from targets import Targets
from tests.golden import read_arrays, read_json


def golden_targets() -> Targets:
    cases = [read_arrays(f"targets_{name}") for name in read_json("losses")["coco_4x"]["cases"]]
    return Targets(*(torch.stack([case[name] for case in cases])
                     for name in ("heatmaps", "weights", "offsets", "offset_weights")))


class GoldenLosses(unittest.TestCase):
    def setUp(self):
        self.expected = read_json("losses")["coco_4x"]
        self.arrays = read_arrays("losses_coco_4x")
        self.heatmaps = self.arrays["heatmaps"].requires_grad_()
        self.offsets = self.arrays["offsets"].requires_grad_()
        self.losses = total_loss(self.heatmaps, self.offsets, golden_targets(), RULES["released"])

    def test_values(self):
        total, heatmap, offset = map(float, self.losses)
        images = self.expected["heatmap_loss_per_image"][0]
        for value, golden in ((total, self.expected["total"]), (heatmap, sum(images) / len(images)),
                              (offset, self.expected["offset_loss"][0])):
            self.assertLess(abs(value / golden - 1), 1e-6)

    def test_gradients(self):
        gradients = torch.autograd.grad(self.losses[0], (self.heatmaps, self.offsets))
        for name, gradient in zip(("heatmaps", "offsets"), gradients):
            golden = self.arrays[f"grad_{name}"]
            self.assertLess(float((gradient - golden).abs().max() / golden.abs().max()), 2e-6, name)


class OffsetLoss(unittest.TestCase):
    def test_means_over_labelled_keypoints_or_whole_cells(self):
        weights = torch.zeros(1, 4, 2, 2)
        weights[0, :2, 0, 0] = 0.5
        predicted = torch.ones(1, 4, 2, 2)
        one = 1 - 1 / 18
        self.assertAlmostEqual(float(offset_loss(predicted, torch.zeros_like(predicted), weights)), 0.5 * one, places=6)
        self.assertAlmostEqual(
            float(offset_loss(predicted, torch.zeros_like(predicted), weights, over_cells=True)), 0.25 * one, places=6)

    def test_an_answer_without_target_does_not_matter(self):
        predicted = torch.full((1, 4, 2, 2), float("inf"), requires_grad=True)
        loss = offset_loss(predicted, torch.zeros(1, 4, 2, 2), torch.zeros(1, 4, 2, 2))
        self.assertEqual(float(loss), 0.0)


if __name__ == "__main__":
    unittest.main()

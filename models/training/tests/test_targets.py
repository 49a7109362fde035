import dataclasses
import unittest

import torch

from rules import RULES
from targets import People, gaussian_maps, make_targets, offset_maps, unknown_regions
from tests.golden import people_of, read_arrays, read_json

RELEASED, SHIPPED = RULES["released"], RULES["shipped"]
CASES = [("coco_4x_a", 0, ""), ("coco_4x_b", 0, ""), ("crowdpose_4x", 0, ""), ("coco_2x", 0, "map32_"), ("coco_2x", 1, "map64_")]


def rules_of(case: dict, name: str, stage: int):
    # CrowdPose's released code gives the wide sigma to a joint number that it does not have.
    center_sigma = 2.0 if name.startswith("crowdpose") else case["center_sigma_setting"]
    return dataclasses.replace(RELEASED, sigma=case["sigma"][stage], center_sigma=center_sigma,
                               background_weight=case["background_weights"][stage])


class GoldenTargets(unittest.TestCase):
    def test_heatmaps_and_weights(self):
        for name, stage, prefix in CASES:
            case, arrays = read_json("targets")[name], read_arrays(f"targets_{name}")
            people = people_of(case["joints_maps"][stage], case["box_area_input"])
            region = arrays[prefix + "region_mask"][None]
            targets = make_targets(people, region, rules_of(case, name, stage))
            self.assertLess(float((targets.heatmaps[0] - arrays[prefix + "heatmaps"]).abs().max()), 3e-6, name)
            self.assertLess(float((targets.weights[0] - arrays[prefix + "weights"]).abs().max()), 3e-7, name)

    def test_offsets_but_for_the_released_exceptions(self):
        cases = [*CASES, ("offsets_direct", 0, "")]
        compared = 0
        for name, stage, prefix in cases:
            case, arrays = read_json("targets")[name], read_arrays(f"targets_{name}")
            joints = case["joints_map"] if "joints_map" in case else case["joints_maps"][stage]
            expected = arrays[prefix + "offsets"]
            offsets, weights = offset_maps(people_of(joints, case["box_area_input"]), expected.shape[1:], RELEASED)
            plain = (arrays[prefix + "offset_exceptions"] == 0).repeat_interleave(2, 0)
            difference = (offsets[0] - expected).abs()[plain].max()
            self.assertLess(float(difference), 2e-5, name)
            difference = (weights[0] - arrays[prefix + "offset_weights"]).abs()[plain].max()
            self.assertLess(float(difference), 3e-7, name)
            compared += int((expected[plain] != 0).sum())
        self.assertGreater(compared, 10_000)


class Gaussians(unittest.TestCase):
    def test_points_outside_the_map_write_nothing(self):
        points = torch.tensor([[[[-0.01, 5.0]]], [[[5.0, 20.0]]]])
        maps, windows = gaussian_maps(points, torch.ones(2, 1, 1, dtype=torch.bool), (20, 30), 2.0)
        self.assertEqual((float(maps.sum()), int(windows.sum())), (0.0, 0))

    def test_nothing_at_all_is_fine(self):
        maps, windows = gaussian_maps(torch.zeros(2, 0, 3, 2), torch.zeros(2, 0, 3, dtype=torch.bool), (8, 8), 2.0)
        self.assertEqual(maps.shape, (2, 3, 8, 8))


def two_people() -> People:
    """A small person without its second keypoint upon a large one that has both."""
    joints = torch.tensor([[[[10.0, 10.0], [0.0, 0.0]], [[4.0, 4.0], [20.0, 20.0]]]])
    labelled = torch.tensor([[[True, False], [True, True]]])
    return People(joints, labelled, torch.zeros_like(labelled), torch.tensor([[[12.0, 12.0], [13.0, 13.0]]]),
                  torch.tensor([[True, True]]), torch.tensor([[100.0, 400.0]]))


class ShippedRules(unittest.TestCase):
    def test_gaps_stay_gaps(self):
        people = two_people()
        for rules, expected in ((RELEASED, 1 / 20), (SHIPPED, 0.0)):
            _, weights = offset_maps(people, (32, 32), rules)
            self.assertAlmostEqual(float(weights[0, 0, 12, 12]), 1 / 10)
            self.assertAlmostEqual(float(weights[0, 2, 12, 12]), expected)

    def test_full_weight_only_near_a_maps_own_gaussians(self):
        weights = make_targets(two_people(), torch.ones(1, 32, 32), SHIPPED).weights
        self.assertEqual(weights.shape, (1, 3, 32, 32))
        self.assertAlmostEqual(float(weights[0, 0, 4, 4]), 1.0)
        self.assertAlmostEqual(float(weights[0, 1, 4, 4]), 0.1)

    def test_no_offset_loss_in_regions_without_loss(self):
        region = torch.zeros(1, 32, 32)
        self.assertEqual(float(make_targets(two_people(), region, SHIPPED).offset_weights.sum()), 0.0)
        self.assertGreater(float(make_targets(two_people(), region, RELEASED).offset_weights.sum()), 0.0)


class Unknown(unittest.TestCase):
    def test_no_loss_around_people_in_the_channels_of_their_unknown_keypoints(self):
        people = two_people()
        people = dataclasses.replace(people, unknown=torch.tensor([[[False, True], [False, False]]]))
        regions = unknown_regions(people, (32, 32))
        self.assertFalse(bool(regions[0, 0].any()))
        self.assertTrue(bool(regions[0, 1, 10, 10]))
        self.assertFalse(bool(regions[0, 1, 20, 20]))
        for rules in (RELEASED, SHIPPED):
            weights = make_targets(people, torch.ones(1, 32, 32), rules).weights
            self.assertEqual(float(weights[0, 1, 10, 10]), 0.0)
            self.assertGreater(float(weights[0, 0, 10, 10]), 0.0)
            self.assertGreater(float(weights[0, 2, 10, 10]), 0.0)


if __name__ == "__main__":
    unittest.main()

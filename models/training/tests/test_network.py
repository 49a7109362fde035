import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from checkpoint import read_state_dict
from network import NETWORKS, PoseNetwork, tie_heatmap_blocks

FIXTURES = Path(__file__).resolve().parents[3] / "test" / "fixtures"


def official_tensors(name: str) -> dict[str, list[int]]:
    return dict(json.loads((FIXTURES / "networks" / f"{name}.keys.json").read_text()))


class Names(unittest.TestCase):
    def test_state_dicts_have_the_released_names_and_shapes(self):
        for size, checkpoint in (("tiny_w4", "tiny_w4"), ("w32", "coco_w32")):
            ours = {name: list(t.shape) for name, t in PoseNetwork(NETWORKS[size]).state_dict().items()}
            self.assertEqual(ours, official_tensors(checkpoint), size)

    def test_w32_has_30_72_million_parameters(self):
        count = sum(p.numel() for p in PoseNetwork(NETWORKS["w32"]).parameters())
        self.assertAlmostEqual(count / 1e6, 30.72, places=2)


class GoldenOutputs(unittest.TestCase):
    """Outputs of the official implementation, on weights and input from a formula."""

    @classmethod
    def setUpClass(cls):
        cls.network = PoseNetwork(NETWORKS["tiny_w4"]).eval()
        cls.network.load_state_dict(read_state_dict(FIXTURES / "checkpoints" / "tiny_w4_zip.pth.gz"))
        cls.expected = np.load(FIXTURES / "networks" / "tiny_w4.npz")

    def test_heatmaps_and_offsets_at_three_sizes(self):
        for height, width in ((128, 192), (192, 128), (96, 160)):
            with torch.no_grad():
                outputs = self.network(formula_input(height, width))
            for index, output in enumerate(outputs):
                expected = torch.from_numpy(self.expected[f"{height}x{width}_{index}"])
                self.assertEqual(output.shape, expected.shape)
                difference = float((output - expected).abs().max() / expected.abs().max())
                self.assertLess(difference, 1e-5, f"{height}x{width}, output {index}")

    def test_the_old_format_gives_the_same_tensors(self):
        self.assert_same(read_state_dict(FIXTURES / "checkpoints" / "tiny_w4_legacy.pth.gz"))

    @unittest.skipIf(torch.__version__.startswith("1."), "PyTorch 1's safe reader refuses an optimizer's numbers")
    def test_what_training_leaves_gives_the_same_tensors(self):
        self.assert_same(read_state_dict(FIXTURES / "checkpoints" / "tiny_w4_wrapped.pth.gz"))

    def test_wrappings_are_taken_off(self):
        for key in ("state_dict", "ema"):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "wrapped.pth"
                torch.save({"step": 3, key: {f"module.{name}": t for name, t in self.network.state_dict().items()}}, file)
                self.assert_same(read_state_dict(file))

    def assert_same(self, tensors: dict[str, torch.Tensor]) -> None:
        plain = self.network.state_dict()
        self.assertEqual(tensors.keys(), plain.keys())
        for name, tensor in plain.items():
            self.assertTrue(torch.equal(tensors[name], tensor), name)


class Start(unittest.TestCase):
    def test_blocks_are_ordinary_convolutions_at_first(self):
        block = PoseNetwork(NETWORKS["tiny_w4"]).multi_level_layers_4x_heatmap[1][0]
        x = torch.randn(1, 8, 9, 11)
        adaptive = block.stn_conv1(x, block.transform_matrix_conv1(x))
        ordinary = torch.nn.functional.conv2d(x, block.stn_conv1.weight, padding=2, dilation=2)
        self.assertLess(float((adaptive - ordinary).abs().max()), 1e-5)

    def test_tied_blocks_share_weights_and_keep_their_names(self):
        network = PoseNetwork(NETWORKS["tiny_w4"])
        names, before = list(network.state_dict()), sum(p.numel() for p in network.parameters())
        tie_heatmap_blocks(network)
        self.assertEqual(list(network.state_dict()), names)
        spared = 2 * (2 * 8 * 8 * 9 + 2 * 4 * 8 * 9)
        self.assertEqual(before - sum(p.numel() for p in network.parameters()), spared)


def formula_input(height: int, width: int) -> torch.Tensor:
    """The input the golden outputs were made with: smoothed noise of a small generator, seeded with its name."""
    state = np.uint32(0x811C9DC5)
    with np.errstate(over="ignore"):
        for byte in f"input_{height}x{width}".encode():
            state = (state ^ np.uint32(byte)) * np.uint32(0x01000193)
        # The state grows by a constant at every draw: all draws at once.
        s = state + np.uint32(0x6D2B79F5) * np.arange(1, 3 * height * width + 1, dtype=np.uint32)
        t = (s ^ (s >> np.uint32(15))) * (s | np.uint32(1))
        t = t ^ (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61)))
        draws = (t ^ (t >> np.uint32(14))) / 4294967296
    noise = torch.from_numpy((1.5 * (2 * draws - 1)).astype(np.float32)).view(1, 3, height, width)
    return torch.nn.functional.avg_pool2d(noise, 5, 1, 2) * 3


if __name__ == "__main__":
    unittest.main()

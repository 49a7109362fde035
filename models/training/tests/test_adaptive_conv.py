import importlib.util
import os
import subprocess
import sys
import unittest
from pathlib import Path

import torch
import torch.nn.functional as F

from adaptive_conv import TAP_GRID, adaptive_conv, compare, has_triton, tap_positions

TRAINING = Path(__file__).resolve().parents[1]


def example(channels=5, outputs=4, dtype=torch.float32, sides=(7, 9)):
    """Features, transforms well away from the identity, and weights; all with gradients."""
    torch.manual_seed(1)
    features = torch.randn(2, channels, *sides, dtype=dtype)
    transform = torch.tensor([1.0, 0, 0, 1], dtype=dtype).view(1, 4, 1, 1) + torch.randn(2, 4, *sides, dtype=dtype)
    weight = torch.randn(outputs, channels, 3, 3, dtype=dtype)
    return tuple(t.requires_grad_() for t in (features, transform, weight))


class Reference(unittest.TestCase):
    def test_identity_is_an_ordinary_dilated_convolution(self):
        features, _, weight = example()
        transform = torch.tensor([1.0, 0, 0, 1]).view(1, 4, 1, 1).expand(2, 4, 7, 9)
        for dilation in (1, 2, 3):
            expected = F.conv2d(features, weight, padding=dilation, dilation=dilation)
            difference = adaptive_conv(features, transform, weight, dilation) - expected
            self.assertLess(float(difference.abs().max()), 1e-5)

    def test_a_single_tap_reads_where_the_transform_says(self):
        # Rows (yy, yx), (xy, xx): tap (gy, gx) = (-1, 0) goes to (-yy, -xy).
        features = torch.arange(35.0).view(1, 1, 5, 7)
        transform = torch.tensor([1.5, 0, 0.25, 1]).view(1, 4, 1, 1).expand(1, 4, 5, 7)
        weight = torch.zeros(1, 1, 3, 3)
        weight[0, 0, 0, 1] = 1
        self.assertAlmostEqual(float(adaptive_conv(features, transform, weight)[0, 0, 3, 4]), 7 * 1.5 + 3.75, places=5)

    def test_gradients(self):
        features, transform, weight = example(2, 2, torch.float64, (4, 5))
        for dilation in (1, 3):
            self.assertTrue(torch.autograd.gradcheck(
                lambda f, t, w: adaptive_conv(f, t, w, dilation), (features, transform, weight)))

    def test_taps_far_outside_read_nothing(self):
        features, _, weight = example()
        transform = torch.tensor([1e30, 0, 0, 1e30]).view(1, 4, 1, 1).expand(2, 4, 7, 9)
        output = adaptive_conv(features, transform, weight)
        center = F.conv2d(features, weight[:, :, 1:2, 1:2])
        self.assertLess(float((output - center).abs().max()), 1e-5)

    def test_taps_keep_their_precision_under_autocast(self):
        _, transform, _ = example()
        with torch.autocast("cpu", torch.bfloat16):
            positions = tap_positions(transform, 2)
        self.assertTrue(torch.equal(positions, tap_positions(transform, 2)))

    @unittest.skipUnless(importlib.util.find_spec("torchvision"), "torchvision is not installed")
    def test_agrees_with_torchvisions_deformable_convolution(self):
        from torchvision.ops import deform_conv2d
        features, transform, weight = example(sides=(13, 17))
        grid = torch.tensor(TAP_GRID, dtype=torch.float32)
        moves = transform.permute(0, 2, 3, 1).reshape(2, 13, 17, 2, 2) @ grid - grid
        offsets = moves.transpose(-1, -2).reshape(2, 13, 17, 18).permute(0, 3, 1, 2).contiguous()
        for dilation in (1, 2, 3):
            results = [adaptive_conv(features, transform, weight, dilation),
                       deform_conv2d(features, offsets, weight, padding=dilation, dilation=dilation)]
            toward = torch.randn_like(results[0])
            for ours, theirs in zip(*([r, *torch.autograd.grad(r, (features, transform, weight), toward, retain_graph=True)]
                                      for r in results)):
                self.assertLess(float((ours - theirs).abs().max() / theirs.abs().max()), 2e-6)


@unittest.skipUnless(has_triton(), "Triton is not installed")
class TritonKernels(unittest.TestCase):
    @unittest.skipUnless(torch.cuda.is_available(), "no CUDA GPU")
    def test_agree_with_the_reference_on_a_gpu(self):
        self.assertLess(compare("cuda"), 1e-5)

    def test_agree_with_the_reference_in_tritons_interpreter(self):
        program = "import adaptive_conv as a; print(a.compare('cpu', sizes=((8, 8, 1), (6, 4, 2), (130, 8, 1))))"
        run = subprocess.run([sys.executable, "-c", program], cwd=TRAINING, capture_output=True, text=True,
                             env={**os.environ, "TRITON_INTERPRET": "1"})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertLess(float(run.stdout.splitlines()[-1]), 1e-5)


if __name__ == "__main__":
    unittest.main()

"""ncnn networks converted to ONNX compute what ncnn's documentation says, on small networks made here."""
import unittest

from . import require

require("numpy", "onnx", "onnxruntime")
import numpy as np

from data.teacher.ncnn_to_onnx import NcnnError, convert, parse_layers
from data.teacher.weights import open_session

NUMBERS = np.random.default_rng(1)


def param(*layers):
    return "\n".join(["7767517", f"{len(layers) + 1} 9", "Input in 0 1 image", *layers, ""])


def tagged(values, half=False):
    """Weights as a .bin has them."""
    if half:
        data = np.asarray(values, "<f2").tobytes()
        return (0x01306B47).to_bytes(4, "little") + data + b"\0" * (-len(data) % 4)
    return (0).to_bytes(4, "little") + np.asarray(values, "<f4").tobytes()


def run(text, binary, x, output="y"):
    session = open_session(convert(text, binary, output, x.shape[2:]).SerializeToString())
    return session.run(None, {"image": x.astype(np.float32)})[0]


class NcnnToOnnxTest(unittest.TestCase):
    def setUp(self):
        self.x = NUMBERS.standard_normal((2, 3, 4, 6)).astype(np.float32)

    def test_pointwise_convolution(self):
        kernel, bias = NUMBERS.standard_normal((4, 3)), NUMBERS.standard_normal(4).astype("<f4")
        expected = np.maximum(np.einsum("oi,nihw->nohw", kernel.astype("f2"), self.x) + bias[:, None, None], 0)
        got = run(param("Convolution c 1 1 image y 0=4 1=1 5=1 6=12 9=1"), tagged(kernel, half=True) + bias.tobytes(), self.x)
        np.testing.assert_allclose(got, expected, atol=1e-5)

    def test_half_weights_are_padded_to_four_bytes(self):
        text = param("ConvolutionDepthWise c 1 1 image y 0=3 1=1 6=3 7=3")
        np.testing.assert_allclose(run(text, tagged([1, 2, 3], half=True), self.x),
                                   self.x * np.float32([1, 2, 3])[:, None, None], atol=1e-5)

    def test_depthwise_convolution_with_stride(self):
        kernel = np.zeros((3, 3, 3))
        kernel[:, 0, 0] = 1  # looks one pixel up and left
        got = run(param("ConvolutionDepthWise c 1 1 image y 0=3 1=3 3=2 4=1 6=27 7=3"), tagged(kernel), self.x)
        expected = np.zeros((2, 3, 2, 3), np.float32)
        expected[:, :, 1:, 1:] = self.x[:, :, 1:2, 1:4:2]
        np.testing.assert_array_equal(got, expected)

    def test_channel_shuffle(self):
        text = param("BinaryOp n 1 1 image m 0=2 1=1 2=-1.0", "Concat j 2 1 image m c",
                     "Reshape a 1 1 c r 0=24 1=3 2=2", "Permute p 1 1 r t 0=2", "Reshape b 1 1 t y 0=6 1=4 2=6")
        got = run(text, b"", self.x)
        expected = np.stack([self.x, -self.x], 2).reshape(2, 6, 4, 6)  # a, -a, b, -b, c, -c
        np.testing.assert_array_equal(got, expected)

    def test_slice_and_binary_operation(self):
        x = NUMBERS.standard_normal((1, 4, 2, 2)).astype(np.float32)
        text = param("Convolution c 1 1 image z 0=4 1=1 6=12", "Slice s 1 2 z a b -23300=2,-233,-233", "BinaryOp d 2 1 a b y 0=1")
        kernel = NUMBERS.standard_normal((4, 3))
        z = np.einsum("oi,nihw->nohw", kernel, x[:, :3])
        np.testing.assert_allclose(run(text, tagged(kernel), x[:, :3]), z[:, :2] - z[:, 2:], atol=1e-5)

    def test_nearest_interpolation(self):
        got = run(param("Interp i 1 1 image y 0=1 1=2.000000e+00 2=2.000000e+00"), b"", self.x)
        np.testing.assert_array_equal(got, self.x.repeat(2, 2).repeat(2, 3))

    def test_bilinear_interpolation_to_a_size(self):
        got = run(param("Interp i 1 1 image y 0=2 3=7 4=11 6=1"), b"", self.x)
        self.assertEqual(got.shape, (2, 3, 7, 11))
        np.testing.assert_allclose(got[:, :, ::2, ::2], self.x, atol=1e-6)
        np.testing.assert_allclose(got[:, :, 1::2, ::2], (self.x[:, :, 1:] + self.x[:, :, :-1]) / 2, atol=1e-6)

    def test_one_blob_read_twice(self):
        got = run(param("Split s 1 2 image a b", "ReLU r 1 1 a c", "BinaryOp m 2 1 c b y 0=0"), b"", self.x)
        np.testing.assert_allclose(got, np.maximum(self.x, 0) + self.x)

    def test_bad_files(self):
        conv = param("Convolution c 1 1 image y 0=4 1=1 6=12")
        for text, binary, reason in (
            ("hello", b"", "not an ncnn .param file"),
            (conv, tagged(np.zeros(12))[:-4], "the weights end"),
            (conv, tagged(np.zeros(12)) + b"\0\0\0\0", "left over"),
            (conv, b"\1\0\0\0" + b"\0" * 48, "stored as 0x1"),
            (param("Convolution c 1 1 image y 0=4 1=1 6=12 9=2"), tagged(np.zeros(12)), "activation 2"),
            (param("Softmax s 1 1 image y"), b"", "layer Softmax"),
        ):
            with self.assertRaisesRegex(NcnnError, reason):
                convert(text, binary, "y", (4, 6))
        with self.assertRaisesRegex(NcnnError, "2 layers, but the file says 3"):
            parse_layers("7767517\n3 3\nInput in 0 1 image\nReLU r 1 1 image y\n")

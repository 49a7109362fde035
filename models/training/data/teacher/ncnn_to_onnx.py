"""Converts an ncnn network (.param and .bin) to ONNX, as far as PP-TinyPose needs it.

ncnn's layers count axes without the batch, its numbers are described at https://github.com/Tencent/ncnn/wiki
(param and model file structure, operation param weight table). The ONNX model takes any batch size.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PARAM_MAGIC = "7767517"
WEIGHTS_FLOAT16 = 0x01306B47
WEIGHTS_FLOAT32 = 0
OPSET = 17


class NcnnError(ValueError):
    """The network is damaged, or uses something that is not converted."""


class _Weights:
    """Reads a .bin from its beginning to its end."""

    def __init__(self, data):
        self.data, self.offset = data, 0

    def take(self, count, dtype):
        size = count * np.dtype(dtype).itemsize
        if self.offset + size > len(self.data):
            raise NcnnError(f"the weights end at byte {len(self.data)}, but {self.offset + size} are needed")
        values = np.frombuffer(self.data, dtype, count, self.offset)
        self.offset += (size + 3) // 4 * 4
        return values

    def tagged(self, count):
        """Weights behind a tag that tells how they are stored (biases have none)."""
        tag = int(self.take(1, "<u4")[0])
        if tag not in (WEIGHTS_FLOAT16, WEIGHTS_FLOAT32):
            raise NcnnError(f"weights stored as {tag:#x} are not converted")
        return self.take(count, "<f2" if tag == WEIGHTS_FLOAT16 else "<f4").astype(np.float32)


def parse_layers(text):
    """(type, name, inputs, outputs, parameters {number: value}) of each line of a .param file."""
    lines = text.split("\n")
    if lines[0].strip() != PARAM_MAGIC:
        raise NcnnError("not an ncnn .param file")
    layers = []
    for line in lines[2:]:
        words = line.split()
        if not words:
            continue
        kind, name, inputs, outputs = words[0], words[1], int(words[2]), int(words[3])
        first_output, first_parameter = 4 + inputs, 4 + inputs + outputs
        parameters = {}
        for word in words[first_parameter:]:
            key, value = word.split("=")
            if int(key) <= -23300:  # an array: its length, then its numbers
                parameters[-int(key) - 23300] = [_number(v) for v in value.split(",")[1:]]
            else:
                parameters[int(key)] = _number(value)
        layers.append((kind, name, words[4:first_output], words[first_output:first_parameter], parameters))
    if len(layers) != int(lines[1].split()[0]):
        raise NcnnError(f"{len(layers)} layers, but the file says {lines[1].split()[0]}")
    return layers


def _number(text):
    return float(text) if "." in text or "e" in text else int(text)


class _Graph:
    def __init__(self):
        self.nodes, self.initializers = [], []

    def node(self, kind, inputs, outputs, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))

    def constant(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.asarray(values), name))
        return name


def _convolution(graph, name, inputs, outputs, p, weights, groups):
    kernel_w, stride_w, pad_w, dilation_w = p[1], p.get(3, 1), p.get(4, 0), p.get(2, 1)
    kernel_h, stride_h, pad_h, dilation_h = p.get(11, kernel_w), p.get(13, stride_w), p.get(14, pad_w), p.get(12, dilation_w)
    kernels = weights.tagged(p[6]).reshape(p[0], -1, kernel_h, kernel_w)
    operands = [inputs[0], graph.constant(name + ".weight", kernels)]
    if p.get(5, 0):
        operands.append(graph.constant(name + ".bias", weights.take(p[0], "<f4")))
    activation = {0: None, 1: "Relu", 4: "Sigmoid"}.get(p.get(9, 0), "")
    if activation == "":
        raise NcnnError(f"{name}: activation {p[9]} is not converted")
    result = name + ".linear" if activation else outputs[0]
    graph.node("Conv", operands, [result], group=groups, kernel_shape=[kernel_h, kernel_w], strides=[stride_h, stride_w],
               pads=[pad_h, pad_w, pad_h, pad_w], dilations=[dilation_h, dilation_w])
    if activation:
        graph.node(activation, [result], outputs)


def _reshape(graph, name, inputs, outputs, p):
    # ncnn's sizes are width, height, channels, as many as are given; 0 keeps the batch.
    shape = [0] + [p[key] for key in (2, 1, 0) if p.get(key, -233) != -233]
    if 0 in shape[1:]:
        raise NcnnError(f"{name}: a reshape that keeps a size is not converted")
    graph.node("Reshape", [inputs[0], graph.constant(name + ".shape", np.array(shape, np.int64))], outputs)


# ncnn's Permute orders of width, height, channels as ONNX's orders of batch, channels, height, width.
PERMUTE = {0: (0, 1, 2, 3), 1: (0, 1, 3, 2), 2: (0, 2, 1, 3), 3: (0, 2, 3, 1), 4: (0, 3, 1, 2), 5: (0, 3, 2, 1)}


def _interpolate(graph, name, inputs, outputs, p):
    mode = {1: "nearest", 2: "linear"}.get(p[0])
    if mode is None:
        raise NcnnError(f"{name}: interpolation {p[0]} is not converted")
    if mode == "nearest":
        how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    else:
        how = {"coordinate_transformation_mode": "align_corners" if p.get(6, 0) else "half_pixel"}
    if p.get(3, 0):
        # A fixed size is a fixed scale for the one input size of this network; ONNX wants sizes for all axes or none,
        # so batch and channels are taken from the input itself.
        graph.node("Shape", inputs, [name + ".shape"])
        graph.node("Slice", [name + ".shape", graph.constant(name + ".from", np.array([0], np.int64)),
                             graph.constant(name + ".to", np.array([2], np.int64))], [name + ".batch"])
        size = graph.constant(name + ".size", np.array([p[3], p[4]], np.int64))
        graph.node("Concat", [name + ".batch", size], [name + ".sizes"], axis=0)
        graph.node("Resize", [inputs[0], "", "", name + ".sizes"], outputs, mode=mode, **how)
    else:
        scales = graph.constant(name + ".scales", np.array([1, 1, p.get(1, 1), p.get(2, 1)], np.float32))
        graph.node("Resize", [inputs[0], "", scales], outputs, mode=mode, **how)


def _binary(graph, name, inputs, outputs, p):
    kind = {0: "Add", 1: "Sub", 2: "Mul", 3: "Div"}.get(p.get(0, 0))
    if kind is None:
        raise NcnnError(f"{name}: binary operation {p[0]} is not converted")
    second = graph.constant(name + ".b", np.float32(p.get(2, 0))) if p.get(1, 0) else inputs[1]
    graph.node(kind, [inputs[0], second], outputs)


def _slice(graph, name, inputs, outputs, p):
    if any(size != -233 for size in p[0]):
        raise NcnnError(f"{name}: only slices of equal size are converted")
    graph.node("Split", inputs, outputs, axis=p.get(1, 0) + 1)


def convert(param, binary, output, size):
    """param: the .param text; binary: the .bin bytes; output: the wanted blob; size: (height, width) of the RGB input.
    Returns an ONNX model of any batch size; its input and output keep ncnn's names."""
    weights, graph, source = _Weights(binary), _Graph(), None
    for kind, name, inputs, outputs, p in parse_layers(param):
        if kind == "Input":
            source = outputs[0]
        elif kind == "Convolution":
            _convolution(graph, name, inputs, outputs, p, weights, groups=1)
        elif kind == "ConvolutionDepthWise":
            _convolution(graph, name, inputs, outputs, p, weights, groups=p.get(7, 1))
        elif kind == "Slice":
            _slice(graph, name, inputs, outputs, p)
        elif kind == "Split":  # ncnn's word for one blob read by several layers
            for copy in outputs:
                graph.node("Identity", inputs, [copy])
        elif kind == "Concat":
            graph.node("Concat", inputs, outputs, axis=p.get(0, 0) + 1)
        elif kind == "Reshape":
            _reshape(graph, name, inputs, outputs, p)
        elif kind == "Permute":
            graph.node("Transpose", inputs, outputs, perm=PERMUTE[p.get(0, 0)])
        elif kind == "Interp":
            _interpolate(graph, name, inputs, outputs, p)
        elif kind == "BinaryOp":
            _binary(graph, name, inputs, outputs, p)
        elif kind == "ReLU":
            graph.node("Relu", inputs, outputs)
        else:
            raise NcnnError(f"{name}: layer {kind} is not converted")
    if weights.offset != len(binary):
        raise NcnnError(f"{len(binary) - weights.offset} bytes of weights were left over")
    return _model(graph, source, output, size)


def _model(graph, source, output, size):
    x = helper.make_tensor_value_info(source, TensorProto.FLOAT, ["batch", 3, *size])
    y = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "channels", "rows", "columns"])
    model = helper.make_model(helper.make_graph(graph.nodes, "ncnn", [x], [y], graph.initializers),
                              opset_imports=[helper.make_opsetid("", OPSET)], producer_name="manypose")
    model.ir_version = 8  # what opset 17 came with: older runtimes read it too
    onnx.checker.check_model(model)
    return model

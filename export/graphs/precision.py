"""Variants of a graph with smaller weights. Each is a file of its own, never a replacement.

`fp16-weights` halves the file; the weights become float32 again when the file is loaded, so that a
CPU computes as before. `int8-lstm` makes LSTMs faster (1.4 to 2.4 times, reference/PEERS.md): they
and matrix products are quantised, convolutions are not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from export.graphs.errors import UnsupportedGraphError

#: Smaller tensors (biases, batch norms) stay as they are: they cost nothing.
LEAST_ELEMENTS = 1024
_FP16_LARGEST = float(np.finfo(np.float16).max)


def fp16_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy whose large float32 weights are stored as float16 and cast when loaded."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    casts = []
    for tensor in copy.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < LEAST_ELEMENTS:
            continue
        value = numpy_helper.to_array(tensor)
        if np.abs(value).max() > _FP16_LARGEST:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(value.astype(np.float16), f"{name}.fp16"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], f"{name}.Cast", to=1))
    if not casts:
        raise UnsupportedGraphError("no large weights", "some to halve", "use the fp32 graph")
    nodes = [*casts, *copy.graph.node]
    del copy.graph.node[:]
    copy.graph.node.extend(nodes)
    return copy


def int8_lstm(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy whose LSTMs and matrix products with constant weights are dynamically quantised.

    Weights are int8 per channel in 7 bits: 8 overflow silently on processors without VNNI.
    """
    if not any(node.op_type == "LSTM" for node in model.graph.node):
        raise UnsupportedGraphError("no LSTM", "one to quantise", "use fp32 or fp16-weights")
    return _quantised(model, ["LSTM", "MatMul"])


def int8_products(model: onnx.ModelProto) -> onnx.ModelProto:
    """As `int8_lstm`, with or without LSTMs."""
    operators = ["LSTM", "MatMul", "Gemm"]
    if not any(node.op_type in operators for node in model.graph.node):
        seen = "neither LSTMs nor matrix products"
        raise UnsupportedGraphError(seen, "some to quantise", "store the weights as float16")
    return _quantised(model, operators)


def _quantised(model: onnx.ModelProto, operators: list[str]) -> onnx.ModelProto:
    with TemporaryDirectory(prefix="export-") as folder, _quiet():
        path = Path(folder) / "int8.onnx"
        quantize_dynamic(
            model, path, op_types_to_quantize=operators, weight_type=QuantType.QInt8,
            per_channel=True, reduce_range=True, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
        quantised = onnx.load(path)
    quantised.producer_name, quantised.producer_version = model.producer_name, ""
    kept = {item.key: item.value for item in model.metadata_props}
    helper.set_model_props(quantised, kept)
    return quantised


def unchanged(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model itself."""
    return model


#: Name -> what makes the variant from the fp32 graph.
VARIANTS: dict[str, Callable[[onnx.ModelProto], onnx.ModelProto]] = {
    "fp32": unchanged,
    "fp16-weights": fp16_weights,
    "int8-lstm": int8_lstm,
}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the quantiser's advice to preprocess, which concerns convolutions."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)

"""ONNX files that do harm: onnxruntime crashes, never comes back, or takes all memory; and files
that are no separators."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLES = 1024
_OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("com.acme", 1)]
_MIX = helper.make_tensor_value_info("mix", TensorProto.FLOAT, [1, 2, SAMPLES])
_STEMS = helper.make_tensor_value_info("stems", TensorProto.FLOAT, [1, 4, 2, SAMPLES])

_SECOND = numpy_helper.from_array(np.array([1]), "second")


def transposed(
    path: Path, element: int = TensorProto.INT32, entry: int = TensorProto.FLOAT
) -> Path:  # fmt: skip
    """y = w transposed x, in between in `element`: onnxruntime's optimiser crashes."""
    nodes = [
        helper.make_node("Cast", ["x"], ["a"], to=element),
        helper.make_node("Transpose", ["a"], ["b"], perm=[1, 0, 2]),
        helper.make_node("Cast", ["b"], ["c"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["c", "w"], ["y"]),
    ]
    ins = [helper.make_tensor_value_info("x", entry, ["b", "t", 8])]
    outs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["t", "b", 3])]
    weights = [numpy_helper.from_array(np.ones((8, 3), np.float32), "w")]
    return _save(path, nodes, ins, outs, weights)


def endless(path: Path) -> Path:
    """Four stems, as demucs-onnx's ports are, of a loop that goes on for ever."""
    number = helper.make_tensor_value_info("number", TensorProto.INT64, [])
    more, on = (helper.make_tensor_value_info(name, TensorProto.BOOL, []) for name in ("m", "on"))
    carried, left = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2, SAMPLES])
        for name in ("carried", "left")
    )
    body = helper.make_graph(
        [helper.make_node("Identity", ["m"], ["on"]),
         helper.make_node("Abs", ["carried"], ["left"])],
        "body", [number, more, carried], [on, left],
    )  # fmt: skip
    constants = [
        numpy_helper.from_array(np.array(2**62), "turns"),
        numpy_helper.from_array(np.array(True), "true"),
        _SECOND,
    ]
    loop = helper.make_node("Loop", ["turns", "true", "mix"], ["sum"], body=body)
    return _save(path, [loop, *_four("sum")], [_MIX], [_STEMS], constants)


def greedy(path: Path) -> Path:
    """Four stems of a sum over 8 TiB of ones."""
    large = numpy_helper.from_array(np.array([2**20, 1, 2**10]), "large")
    nodes = [
        helper.make_node("Shape", ["mix"], ["shape"]),
        helper.make_node("Mul", ["shape", "large"], ["larger"]),
        helper.make_node("ConstantOfShape", ["larger"], ["ones"]),
        helper.make_node("ReduceSum", ["ones"], ["one"], keepdims=0),
        helper.make_node("Add", ["mix", "one"], ["sum"]),
    ]
    return _save(path, [*nodes, *_four("sum")], [_MIX], [_STEMS], [large, _SECOND])


def magic(path: Path) -> Path:
    """Four stems of an operator that nobody has."""
    node = helper.make_node("Magic", ["mix"], ["sum"], domain="com.acme")
    return _save(path, [node, *_four("sum")], [_MIX], [_STEMS], [_SECOND])


def not_a_number(path: Path) -> Path:
    """Four stems that are the mix's logarithm."""
    node = helper.make_node("Log", ["mix"], ["sum"])
    return _save(path, [node, *_four("sum")], [_MIX], [_STEMS], [_SECOND])


def short(path: Path) -> Path:
    """Four stems of the mix's first hundred samples, whatever it states of its output."""
    numbers = {"zero": [0], "hundred": [100], "last": [2], "second": [1]}
    constants = [numpy_helper.from_array(np.array(v), n) for n, v in numbers.items()]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("mix", ["b", 2, "t"]), ("stems", ["b", 4, 2, "u"]))
    ]
    node = helper.make_node("Slice", ["mix", "zero", "hundred", "last"], ["sum"])
    return _save(path, [node, *_four("sum")], ports[:1], ports[1:], constants)


def halves(path: Path) -> Path:
    """Four stems of a mix that is wanted in float16."""
    node = helper.make_node("Cast", ["mix"], ["sum"], to=TensorProto.FLOAT)
    mix = helper.make_tensor_value_info("mix", TensorProto.FLOAT16, [1, 2, SAMPLES])
    return _save(path, [node, *_four("sum")], [mix], [_STEMS], [_SECOND])


def _four(name: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Unsqueeze", [name, "second"], ["row"]),
        helper.make_node("Concat", ["row"] * 4, ["stems"], axis=1),
    ]


def _save(
    path: Path, nodes: Sequence[onnx.NodeProto], ins: Sequence[Any], outs: Sequence[Any],
    constants: Sequence[onnx.TensorProto],
) -> Path:  # fmt: skip
    graph = helper.make_graph(nodes, "g", ins, outs, constants)
    onnx.save(helper.make_model(graph, opset_imports=_OPSETS, ir_version=9), path)
    return path

"""Equal constants of branches are in the file once, and the graph computes the same bits."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from export.graphs.shared_constants import share_constants

WEIGHTS = np.random.default_rng(0).standard_normal((32, 32)).astype(np.float32)


def branch(name: str, weights: np.ndarray) -> onnx.GraphProto:
    """x times weights of its own, plus a small number."""
    nodes = [helper.make_node("MatMul", ["x", f"{name}/w"], [f"{name}/y"]),
             helper.make_node("Add", [f"{name}/y", f"{name}/b"], [f"{name}/out"])]  # fmt: skip
    constants = [numpy_helper.from_array(weights, f"{name}/w"),
                 numpy_helper.from_array(np.float32(0.5), f"{name}/b")]  # fmt: skip
    out = helper.make_tensor_value_info(f"{name}/out", TensorProto.FLOAT, None)
    return helper.make_graph(nodes, name, [], [out], constants)


def model(other: np.ndarray) -> onnx.ModelProto:
    """Where `begin` is above 0 one branch, else the other; then the same weights once more."""
    value = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Greater", ["begin", "zero"], ["go"]),
        helper.make_node("If", ["go"], ["z"], then_branch=branch("one", WEIGHTS),
                         else_branch=branch("two", other)),
        helper.make_node("MatMul", ["z", "w"], ["out"]),
    ]  # fmt: skip
    constants = [numpy_helper.from_array(np.zeros(1, np.float32), "zero"),
                 numpy_helper.from_array(WEIGHTS, "w")]  # fmt: skip
    graph = helper.make_graph(
        nodes, "twice",
        [value("x", TensorProto.FLOAT, [1, 32]), value("begin", TensorProto.FLOAT, [1])],
        [value("out", TensorProto.FLOAT, [1, 32])], constants,
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answers(made: onnx.ModelProto) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(
        made.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    x = np.linspace(-1, 1, 32, dtype=np.float32)[None]
    return [
        session.run(["out"], {"x": x, "begin": np.full(1, n, np.float32)})[0] for n in (-1.0, 1.0)
    ]


def test_equal_ones_are_kept_once_and_others_apart() -> None:
    for other, count in ((WEIGHTS, 1), (-WEIGHTS, 2)):
        made = model(other)
        before, size = answers(made), made.ByteSize()
        share_constants(made)
        onnx.checker.check_model(made)
        for first, second in zip(before, answers(made), strict=True):
            np.testing.assert_array_equal(first, second)
        large = [one for one in made.graph.initializer if len(one.raw_data) >= WEIGHTS.nbytes]
        assert len(large) == count
        assert size - made.ByteSize() > (3 - count) * WEIGHTS.nbytes - 200
        share_constants(made)  # nothing more to share
        assert len(made.graph.initializer) == count + 1

"""Weights that lie in a file beside their graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engines.ort import open_session
from export.graphs.errors import UnsupportedGraphError
from export.graphs.outside import put_outside

RNG = np.random.default_rng(0)
LEFT, RIGHT, UNUSED = (RNG.standard_normal((8, 8)).astype("f") for _ in range(3))


def two_products(*weights: np.ndarray) -> onnx.ModelProto:
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [8, 8]) for name in ("x", "y")]
    names = [f"w{number}" for number in range(len(weights))]
    between = ["x", *(f"v{number}" for number in range(1, len(weights))), "y"]
    nodes = [
        helper.make_node("MatMul", [a, w], [b])
        for a, w, b in zip(between[:-1], names, between[1:], strict=True)
    ]
    inits = [numpy_helper.from_array(w, n) for w, n in zip(weights, names, strict=True)]
    graph = helper.make_graph(nodes, "g", [ports[0]], [ports[1]], inits)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_the_graph_reads_its_weights_from_the_file(tmp_path: Path) -> None:
    model = two_products(LEFT, RIGHT, LEFT)
    arrays = [UNUSED.tobytes(), RIGHT.tobytes(), LEFT.tobytes()]
    assert put_outside(model, arrays, "net.weights") == 3 * 256
    onnx.save(model, tmp_path / "net.onnx")
    (tmp_path / "net.weights").write_bytes(b"".join(arrays))
    session = open_session(tmp_path / "net.onnx")
    x = RNG.standard_normal((8, 8)).astype("f")
    found = session.run("y", {"x": x})
    np.testing.assert_allclose(found, x @ LEFT @ RIGHT @ LEFT, rtol=1e-5)
    assert LEFT.tobytes() not in (tmp_path / "net.onnx").read_bytes()


def test_a_weight_that_the_file_lacks_is_an_error() -> None:
    with pytest.raises(UnsupportedGraphError, match="w1"):
        put_outside(two_products(LEFT, RIGHT), [LEFT.tobytes()], "net.weights")

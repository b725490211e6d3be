"""engines.graph: what a graph must take and give, checked when loaded and when it answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from engines.errors import GraphError, MethodError
from engines.load import load_model
from engines.spec import SPEC_KEY, StftDomain, WaveformDomain
from engines.window import Control
from tests.engines.window_tools import window
from tests.tiny_models import GAINS, STEMS, make_model, make_spec, save, waveform_graph


def test_graphs_that_differ_from_their_spec_are_refused(tmp_path: Path) -> None:
    make_model(tmp_path / "m.onnx", method="mask", domain="waveform")
    with pytest.raises(MethodError):
        load_model(tmp_path / "m.onnx")
    spec = make_spec(conditional=True, method="gibbs")
    save(tmp_path / "n.onnx", waveform_graph(make_spec(), GAINS, 0.0), spec)
    with pytest.raises(GraphError, match="given"):
        load_model(tmp_path / "n.onnx")


@pytest.mark.parametrize(
    "changes",
    [
        {"stems": STEMS[:3]},
        {"channels": 1},
        {"domain": StftDomain(256, 64)},
        {"domain": WaveformDomain(), "method": "gibbs"},
        {"conditional": False, "schedule": None, "method": "mask"},
    ],
)
def test_shapes_that_contradict_the_spec_are_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    path = tmp_path / "m.onnx"
    spec = make_model(path, domain="stft", conditional=True)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {SPEC_KEY: replace(spec, **changes).to_json()})
    onnx.save(model, path)
    with pytest.raises(GraphError):
        load_model(path)


def test_an_answer_of_another_shape_is_refused(tmp_path: Path) -> None:
    """Such as a network that loses samples at its edges."""
    axes = [onnx.numpy_helper.from_array(np.array(v, np.int64), n) for n, v in SLICE.items()]
    value = onnx.helper.make_tensor_value_info
    shapes = {"mix": ["B", 2, "T"], "stems": ["B", 4, 2, "T2"]}
    inputs, outputs = ([value(n, onnx.TensorProto.FLOAT, shapes[n])] for n in shapes)
    nodes = [
        onnx.helper.make_node("Unsqueeze", ["mix", "axis"], ["wide"]),
        onnx.helper.make_node("Tile", ["wide", "times"], ["all"]),
        onnx.helper.make_node("Slice", ["all", "first", "end", "last_axis"], ["stems"]),
    ]
    save(
        tmp_path / "m.onnx", onnx.helper.make_graph(nodes, "g", inputs, outputs, axes), make_spec()
    )
    model = load_model(tmp_path / "m.onnx")
    with pytest.raises(GraphError, match=r"\(1, 4, 2, 640\)"):
        model.method.run([window()], Control(1))


SLICE = {"axis": [1], "times": [1, 4, 1, 1], "first": [3], "end": [-3], "last_axis": [3]}

"""Smaller weights: what is stored, that it still computes, and the gate in front of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from engines.load import load_model
from engines.settings import stream_settings
from export.graphs import gate
from export.graphs.errors import QualityError, UnsupportedGraphError
from export.graphs.files import save, set_spec
from export.graphs.parity import compare
from export.graphs.precision import fp16_weights, int8_lstm
from export.graphs.separation import separate


def halved(tiny, path: Path) -> onnx.ModelProto:
    graph = fp16_weights(onnx.load(tiny.path))
    save(graph, path)
    return graph


def test_fp16_halves_large_weights_only(make_tiny: Callable, tmp_path) -> None:
    tiny = make_tiny("nade_demucs")
    graph = halved(tiny, tmp_path / "fp16.onnx").graph
    kinds = {t.name: t.data_type for t in graph.initializer}
    large = [t for t in graph.initializer if np.prod(t.dims) >= 1024]
    assert large and all(kinds[t.name] == TensorProto.FLOAT16 for t in large)
    assert all(t.data_type != TensorProto.FLOAT16 for t in graph.initializer if t not in large)
    saved = sum(2 * int(np.prod(t.dims)) for t in large)
    shrunk = tiny.path.stat().st_size - (tmp_path / "fp16.onnx").stat().st_size
    assert saved * 0.9 < shrunk <= saved
    worst = max(one.difference for one in compare(tiny.network, tiny.spec, tmp_path / "fp16.onnx"))
    assert 0 < worst < 1e-2


def test_fp16_keeps_values_it_cannot_hold(make_tiny: Callable) -> None:
    graph = onnx.load(make_tiny("nade_demucs").path)
    weight = max(graph.graph.initializer, key=lambda t: np.prod(t.dims))
    weight.raw_data = np.full(tuple(weight.dims), 1e5, np.float32).tobytes()
    kept = [t for t in fp16_weights(graph).graph.initializer if t.name == weight.name]
    assert kept and kept[0].data_type == TensorProto.FLOAT


def test_fp16_of_nothing_is_refused(make_tiny: Callable) -> None:
    graph = onnx.load(make_tiny("nade_demucs").path)
    with pytest.raises(UnsupportedGraphError):
        fp16_weights(fp16_weights(graph))


@pytest.mark.parametrize("family", ["band_unet", "nade_demucs"])
def test_int8_takes_lstm_and_leaves_convolutions(
    make_tiny: Callable, family: str, tmp_path
) -> None:
    tiny = make_tiny(family)
    before = Counter(node.op_type for node in onnx.load(tiny.path).graph.node)
    graph = int8_lstm(onnx.load(tiny.path))
    after = Counter(node.op_type for node in graph.graph.node)
    assert after["DynamicQuantizeLSTM"] == before["LSTM"] > 0
    assert after["LSTM"] == 0
    assert after["Conv"] == before["Conv"] and after["ConvInteger"] == 0
    save(graph, tmp_path / "int8.onnx")
    assert load_model(tmp_path / "int8.onnx").spec == tiny.spec
    found = compare(tiny.network, tiny.spec, tmp_path / "int8.onnx")
    assert 0 < max(one.difference for one in found) < 0.2


def test_int8_without_lstm_is_refused(make_tiny: Callable) -> None:
    graph = onnx.load(make_tiny("band_unet").path)
    for node in [n for n in graph.graph.node if n.op_type == "LSTM"]:
        node.op_type = "GRU"
    with pytest.raises(UnsupportedGraphError, match="LSTM"):
        int8_lstm(graph)


def test_gate_measures_what_the_engine_separates(make_tiny: Callable, songs, tmp_path) -> None:
    tiny = make_tiny("band_unet")
    clips = gate.gate_clips(songs, tiny.spec.stems, tiny.spec.rate_hz, tiny.spec.channels, 3)
    assert [clip.name for clip in clips] == ["song 0", "song 1", "song 2"]
    same = gate.sdr_losses(tiny.path, tiny.path, clips)
    assert [loss.loss_db for loss in same] == [0.0] * 3
    assert [loss.clips for loss in same] == [2, 3, 3], "a silent stem is not scored"
    assert gate.require_quality(same).loss_db == 0.0


def test_gate_refuses_a_worse_graph(make_tiny: Callable, songs, tmp_path) -> None:
    tiny = make_tiny("band_unet")
    graph = onnx.load(tiny.path)
    last = next(node for node in graph.graph.node if node.output[0] == "masks")
    gain = onnx.numpy_helper.from_array(np.array(3.0, np.float32), "too_loud")
    graph.graph.initializer.append(gain)
    last.output[0] = "masks_before"
    graph.graph.node.append(onnx.helper.make_node("Mul", ["masks_before", "too_loud"], ["masks"]))
    set_spec(graph, tiny.spec)
    save(graph, tmp_path / "loud.onnx")
    clips = gate.gate_clips(songs, tiny.spec.stems, tiny.spec.rate_hz, tiny.spec.channels, 1)
    losses = gate.sdr_losses(tiny.path, tmp_path / "loud.onnx", clips, steps=1)
    with pytest.raises(QualityError, match="loses"):
        gate.require_quality(losses)
    assert gate.require_quality(losses, tolerance_db=100).loss_db > 0.1


def test_gate_without_audible_stems_refuses() -> None:
    with pytest.raises(QualityError, match="audible"):
        gate.require_quality(())


def test_separation_sums_to_the_mix(tiny) -> None:
    rng = np.random.default_rng(0)
    mix = (0.1 * rng.standard_normal((2, 5000))).astype(np.float32)
    model = load_model(tiny.path)
    stems = separate(
        model, mix, stream_settings(model.spec, model.spec.rate_hz, 2, steps=2, preset="offline")
    )
    assert stems.shape == (4, 2, 5000)
    assert np.abs(stems.sum(0) - mix).max() < 1e-5

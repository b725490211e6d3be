"""All steps in one graph equal the engine's host loop, to the bit, on the CPU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from engines.errors import GraphError
from engines.load import load_model
from engines.ort import open_session
from engines.spec import Schedule
from export.graphs.errors import ParityError, UnsupportedGraphError
from export.graphs.files import save, set_spec
from export.graphs.loop import METHOD, to_loop
from export.graphs.loop_parity import loop_difference, require_equal_loop, run_loop
from export.graphs.tensors import Size, random_stems, usual_sizes


@pytest.fixture
def loop_path(tiny, tmp_path):
    graph = to_loop(onnx.load(tiny.path), tiny.spec)
    set_spec(graph, replace(tiny.spec, method=METHOD))
    save(graph, tmp_path / "loop.onnx")
    return tmp_path / "loop.onnx"


@pytest.mark.parametrize("steps", [1, 16, 64])
def test_equal_bits(tiny, loop_path, steps: int) -> None:
    assert loop_difference(tiny.path, loop_path, steps) == 0.0
    assert loop_difference(tiny.path, loop_path, steps, known_stems=0) == 0.0


@pytest.mark.parametrize("schedule", [Schedule(draw="count"), Schedule(known="subtracted")])
def test_equal_bits_with_another_schedule(
    make_tiny: Callable, tmp_path: Path, schedule: Schedule
) -> None:
    tiny = make_tiny("band_unet")
    graph = onnx.load(tiny.path)
    changed = replace(tiny.spec, schedule=schedule)
    set_spec(graph, changed)
    save(graph, tmp_path / "step.onnx")
    save(to_loop(graph, changed), tmp_path / "loop.onnx")
    for known in (0, 1):
        assert loop_difference(tmp_path / "step.onnx", tmp_path / "loop.onnx", 16, known) == 0.0
    assert loop_difference(tiny.path, tmp_path / "loop.onnx", 16, 0) == 0.0


@pytest.mark.parametrize("steps", [1, 16, 64])
def test_equal_bits_of_the_mean(tiny, tmp_path, steps: int) -> None:
    averaging = replace(tiny.spec, schedule=Schedule(estimate="mean"))
    graph, plain = onnx.load(tiny.path), to_loop(onnx.load(tiny.path), tiny.spec)
    set_spec(graph, averaging)
    save(graph, tmp_path / "step.onnx")
    save(to_loop(graph, averaging), tmp_path / "loop.onnx")
    save(plain, tmp_path / "last.onnx")
    for known in (0, 1):
        assert loop_difference(tmp_path / "step.onnx", tmp_path / "loop.onnx", steps, known) == 0.0
    differs = loop_difference(tmp_path / "step.onnx", tmp_path / "last.onnx", steps)
    assert (differs > 0.0) == (steps > 1)


def test_flags_in_the_other_polarity(make_tiny: Callable, tmp_path) -> None:
    tiny = make_tiny("nade_demucs", True, "given")
    save(to_loop(onnx.load(tiny.path), tiny.spec), tmp_path / "loop.onnx")
    require_equal_loop(tiny.path, tmp_path / "loop.onnx")


@pytest.mark.parametrize("family", ["nade_demucs", "band_unet"])
@pytest.mark.parametrize("flag_hot", ["masked", "given"])
def test_flags_over_time(make_tiny: Callable, tmp_path, family: str, flag_hot: str) -> None:
    tiny = make_tiny(family, True, flag_hot, "time")
    save(to_loop(onnx.load(tiny.path), tiny.spec), tmp_path / "loop.onnx")
    require_equal_loop(tiny.path, tmp_path / "loop.onnx")


def test_another_network_is_noticed(tiny, loop_path, make_tiny: Callable, tmp_path) -> None:
    graph = onnx.load(tiny.path)
    # All weights: one alone may serve only a stem that is known here.
    for weight in [t for t in graph.graph.initializer if len(t.dims) > 2]:
        raw = np.frombuffer(weight.raw_data, np.float32) * np.float32(1.01)
        weight.raw_data = raw.tobytes()
    save(graph, tmp_path / "other.onnx")
    with pytest.raises(ParityError, match="differ by"):
        require_equal_loop(tmp_path / "other.onnx", loop_path)


def test_known_stems_stay_and_no_steps_change_nothing(tiny, loop_path) -> None:
    session = open_session(loop_path)
    stems = random_stems(tiny.spec, Size(2, usual_sizes(tiny.spec)[0].time), 0)
    none = np.zeros((0, 2, 3), bool)
    assert np.array_equal(run_loop(session, tiny.spec, stems.sum(1), stems, none), stems)
    masks = np.ones((4, 2, 3), bool)
    masks[..., 1] = False
    found = run_loop(session, tiny.spec, stems.sum(1), stems, masks)
    assert np.array_equal(found[:, 1], stems[:, 1])
    assert not np.array_equal(found[:, 0], stems[:, 0])


def test_weights_lie_in_the_file_once(tiny, loop_path) -> None:
    assert loop_path.stat().st_size < tiny.path.stat().st_size + 20_000


def test_engine_refuses_it_as_a_step_graph(loop_path) -> None:
    with pytest.raises(GraphError):
        load_model(loop_path)


def test_one_pass_models_have_no_loop(make_tiny: Callable) -> None:
    tiny = make_tiny("band_unet", False)
    with pytest.raises(UnsupportedGraphError, match="conditional"):
        to_loop(onnx.load(tiny.path), tiny.spec)

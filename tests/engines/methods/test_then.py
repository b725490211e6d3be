"""A second graph after the first, hop by hop: DTLN's two, beside its own loop."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import GraphError, ModelNotFoundError, SpecError
from engines.load import Model, list_models, load_model, model_files, model_stamp
from engines.recipes import Given, Ports, describe, guess
from engines.spec import ModelSpec, Port, Preset, StatePair, Then, sidecar_of
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.dtln import FILES, FRAME, SHIFT, dtln_answer, write_dtln
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed

PORTS = Ports(
    {"input_2": [1, 1, 257], "input_3": [1, 2, 128, 2]},
    {"activation_2": [1, 1, 257], "tf_op_layer_stack_2": [1, 2, 128, 2]},
)


def adopted(folder: Path, **changes: Any) -> Path:
    """Both files with the recipe's description."""
    path, _ = write_dtln(folder)
    spec = describe(guess(PORTS), PORTS, path, Given("dtln", files=FILES))
    sidecar_of(path).write_text(json.dumps(spec | changes), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def dtln(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(adopted(tmp_path_factory.mktemp("dtln")))


def stream_of(model: Model, preset: str = "balanced") -> Stream:
    return Stream(model, stream_settings(model.spec, 16000, 1, preset=preset))


def own_answer(model: Model, mix: Audio) -> Audio:
    """What DTLN's own loop makes of (1, n), its 384 samples and late hops taken off."""
    hops = model.spec.late_hops or 0
    late = FRAME - SHIFT + hops * SHIFT
    return dtln_answer(model.path.parent, mix[0], hops)[late : late + mix.shape[-1]]


@QUIET
@given(BLOCKS, st.integers(0, 3000))
def test_it_is_its_own_loop_to_the_sample_in_any_blocks(
    dtln: Model, sizes: list[int], samples: int
) -> None:
    mix = noise(1, samples)
    whole = pushed(stream_of(dtln), [mix])
    wanted = own_answer(dtln, mix)
    assert np.abs(whole[0, 0] - wanted).max(initial=0) < 1e-6 * np.abs(wanted).max(initial=1)
    assert np.abs(whole.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    for preset in ("balanced", "offline"):
        assert np.array_equal(pushed(stream_of(dtln, preset), cut(mix, sizes)), whole)


def test_the_declared_latency_is_the_measured_one(dtln: Model) -> None:
    mix = noise(1, 4000)
    wanted = own_answer(dtln, mix)
    assert np.abs(wanted).max() > 0.01
    for sizes in ([1, 100, 3899], [128] * 31, [4000]):
        stream = stream_of(dtln)
        assert stream.latency_samples == FRAME - 1  # 32 ms
        late = fed(stream, cut(mix, sizes))[0, 0, FRAME - 1 :]
        np.testing.assert_allclose(late, wanted, atol=1e-6)


@pytest.mark.parametrize("hops", [1, 5])
def test_a_first_graph_that_answers_late(dtln: Model, tmp_path: Path, hops: int) -> None:
    path, late = adopted(tmp_path), hops * SHIFT

    def later(grid: Preset) -> Preset:
        return replace(
            grid,
            window_samples=grid.window_samples + late,
            lookahead_samples=grid.lookahead_samples + late,
        )

    live, offline = later(dtln.spec.live), later(dtln.spec.offline)
    spec = replace(dtln.spec, late_hops=hops, live=live, offline=offline)
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    model, mix = load_model(path), noise(1, 3000)
    wanted = own_answer(model, mix)
    assert np.abs(wanted - own_answer(dtln, mix)).max() > 1e-3
    for preset in ("balanced", "offline"):
        stream = stream_of(model, preset)
        for _ in range(2):
            found = pushed(stream, cut(mix, [1, 700, 2299]))[0, 0]
            assert np.abs(found - wanted).max() < 1e-6 * np.abs(wanted).max()
            stream.reset()
    assert stream_of(model).latency_samples == FRAME + late - 1


def test_both_states_are_kept_forgotten_and_apart(dtln: Model, tmp_path: Path) -> None:
    mix = noise(1, 2000)
    stream = stream_of(dtln)
    out = pushed(stream, [mix])
    assert stream.stats.network_calls == 16 + 3
    stream.reset()
    assert np.array_equal(pushed(stream, [mix]), out)
    # Two files whose states have one name.
    path = adopted(tmp_path)
    second = onnx.load(tmp_path / FILES[1])
    second.graph.input[1].name = "input_3"
    for node in second.graph.node:
        node.input[:] = ["input_3" if one == "input_5" else one for one in node.input]
    onnx.save(second, tmp_path / FILES[1])
    spec = load_spec(path)
    assert spec.then is not None
    state = (StatePair("input_3", "tf_op_layer_stack_5"),)
    same = replace(spec, then=replace(spec.then, state=state))
    sidecar_of(path).write_text(same.to_json(), encoding="utf-8")
    assert np.array_equal(pushed(stream_of(load_model(path)), [mix]), out)


def load_spec(path: Path) -> ModelSpec:
    return ModelSpec.from_json(sidecar_of(path).read_text(encoding="utf-8"))


def test_both_files_are_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = adopted(tmp_path)
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    assert "model_1" in list_models() and "model_2" not in list_models()
    assert [one.name for one in model_files(path)] == [FILES[0], sidecar_of(path).name, FILES[1]]
    before = model_stamp(path)
    (tmp_path / FILES[1]).touch()
    assert model_stamp(path) != before
    (tmp_path / FILES[1]).write_bytes((tmp_path / FILES[0]).read_bytes())
    with pytest.raises(GraphError, match=r"model_2\.onnx: .*input_4"):
        load_model(path)
    (tmp_path / FILES[1]).unlink()
    with pytest.raises(ModelNotFoundError, match=r"model_2\.onnx"):
        load_model(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"level_db": -20.0},
        {"state": ()},
        {"stems": ("speech", "noise"), "ports": (Port("spec", "input_2", "B T F"),)},
        {"then": Then("b.onnx", (StatePair("a", "b"),), (Port("spec", "x", "B F"),))},
    ],
)
def test_what_a_second_graph_does_not_suit(dtln: Model, changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"second graph|ports spec"):
        replace(dtln.spec, **changes)


def test_a_second_file_is_a_file_with_a_state() -> None:
    for file, state in (("a/b.onnx", (StatePair("a", "b"),)), ("b.onnx", ())):
        with pytest.raises(SpecError):
            Then(file, state)


def test_a_file_cannot_say_of_itself_that_there_is_another(tmp_path: Path) -> None:
    path = adopted(tmp_path)
    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = "daw_bridge.spec", load_spec(path).to_json()
    onnx.save(model, path)
    sidecar_of(path).unlink()
    with pytest.raises(SpecError, match="says itself"):
        load_model(path)

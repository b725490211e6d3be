"""Networks that go frame by frame: their graphs, files, and what the engine makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from daw_bridge.live.stream import LiveStream
from engines.load import Model, load_model
from engines.stream import Stream, StreamSettings, stream_settings
from engines.types import Audio
from export.common.errors import UsageError
from export.graphs.parity import require_parity
from export.graphs.stepping import TOLERANCE, compare, stateful, to_graph
from export.graphs.to_onnx import ToOnnxOptions, describe, put, to_onnx
from export.nets import checkpoint
from export.nets.nade import Nade
from tests.rigs.export.networks import CAUSAL, RATE_HZ, STEMS, causal, described
from tests.rigs.live import delayed, level_db, run
from tests.rigs.stream_tools import BELOW_100_DBFS, cut, fed, noise, pushed

SHORT = CAUSAL["synthesis_samples"]


@pytest.mark.parametrize(("conditional", "late"), [(True, 0), (False, 2)])
def test_a_file_step_by_step_is_the_network(tmp_path: Path, conditional: bool, late: int) -> None:
    network = causal(conditional, late)
    spec = stateful(network, described(network), {})
    graph = to_graph(network, spec)
    makers = {node.output[0]: node.op_type for node in graph.graph.node}
    norms = [node for node in graph.graph.node if node.op_type == "BatchNormalization"]
    assert not {makers.get(norm.input[0]) for norm in norms} & {"Conv", "ConvTranspose"}
    put(graph, spec, tmp_path / "step.onnx")
    found = compare(network, spec, tmp_path / "step.onnx")
    assert require_parity(found, TOLERANCE) <= TOLERANCE
    assert all(one.largest > 0.1 for one in found)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Nade]:
    """A checkpoint, exported as a musician's own would be."""
    folder, network = tmp_path_factory.mktemp("stepping"), causal(True, 1)
    weights = network.state_dict()
    state = {"description": checkpoint.describe(network, STEMS, RATE_HZ), "step": 1}
    checkpoint.save(folder / "tiny.pt", {**state, "ema": weights, "model": weights})
    to_onnx(folder / "tiny.pt", folder / "tiny.onnx", ToOnnxOptions(golden=True))
    return load_model(folder / "tiny.onnx"), network


def settings_of(model: Model, preset: str = "balanced") -> StreamSettings:
    return stream_settings(model.spec, RATE_HZ, 2, preset=preset)


def trained(network: Nade, mix: Audio) -> Audio:
    """What training hears of a mix: the whole clip in one call."""
    with torch.no_grad():
        signal = network.encode(torch.from_numpy(mix)[None])
        raw = network.predict(signal, None, torch.ones(1, len(STEMS), dtype=torch.bool))
        found: Audio = network.waveforms(signal, raw)[0].numpy()
    return found


def test_the_file_describes_itself(made: tuple[Model, Nade]) -> None:
    model, network = made
    spec = model.spec
    assert (spec.method, spec.late_hops, spec.conditional) == ("stateful", 1, True)
    assert spec.domain.gives_samples == SHORT and spec.domain.frames_base == 1
    assert len(spec.state) == len(network.core.states())
    assert set(spec.presets) == {"balanced", "offline"}
    inputs = onnx.load(model.path).graph.input
    assert all(one.type.tensor_type.shape.dim[0].dim_param == "batch" for one in inputs)


def test_the_engine_makes_of_a_clip_what_training_made(made: tuple[Model, Nade]) -> None:
    model, network = made
    mix = noise(2, 1500)
    whole = pushed(Stream(model, settings_of(model, "offline")), [mix])
    # At the clip's end training hears silence, and the engine what is left of the last frames.
    end = mix.shape[-1] - CAUSAL["fft_samples"]
    np.testing.assert_allclose(whole[:-1, :, :end], trained(network, mix)[..., :end], atol=5e-6)
    stream = Stream(model, settings_of(model))
    assert stream.latency_samples == SHORT + CAUSAL["hop_samples"] - 1
    late = fed(stream, cut(mix, [1, 100, 33, 64, 500, 7]))
    assert np.array_equal(late[..., stream.latency_samples :], whole)


def test_known_stems_condition_the_others(made: tuple[Model, Nade]) -> None:
    model, _ = made
    mix, drums = noise(2, 900), noise(2, 900, 1) / 2
    chosen = replace(settings_of(model), known=("drums",))
    out = pushed(Stream(model, chosen), [mix], {"drums": [drums]})
    free = pushed(Stream(model, settings_of(model)), [mix])
    assert np.array_equal(out[0], drums)
    assert np.abs(out[1] - free[1]).max() > 1e-3
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_it_is_served_live_at_its_latency(made: tuple[Model, Nade]) -> None:
    model, _ = made
    live, mix = LiveStream(model, settings_of(model), 64), noise(2, 3000)
    assert live.control.timing.stream_samples == SHORT + CAUSAL["hop_samples"] - 32
    out = run(live, mix, 64)
    offline = pushed(Stream(model, settings_of(model, "offline")), [mix])
    assert np.array_equal(out[:-1], delayed(offline[:-1], live.latency_samples))
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120


REFUSED = (
    {"loop": True}, {"stft": "inside"}, {"exporter": "dynamo"},
    {"estimate": "mean"}, {"draw": "count"},
    {"presets": {"live": {"lookahead_samples": 32}}}, {"presets": {"offline": {"steps": 1}}},
    {"presets": {"tight": {"hop_samples": 32}}}, {"presets": {"quality": {"window_samples": 256}}},
)  # fmt: skip


def test_hops_are_chosen(made: tuple[Model, Nade]) -> None:
    network, hop = made[1], CAUSAL["hop_samples"]
    presets = {"live": {"hop_samples": 3 * hop}, "offline": {}, "tight": {}}
    about = {"stems": STEMS, "rate_hz": RATE_HZ}
    spec = describe(ToOnnxOptions(presets=presets), "tiny", network, about)
    usual = stateful(network, described(network), {})
    assert (spec.live.hop_samples, spec.offline) == (3 * hop, usual.offline)
    assert spec.live.window_samples == usual.live.window_samples + 2 * hop
    refused = "network with a state: live crossfade, live steps, tight hop"
    both = {"tight": {"hop_samples": hop}, "live": {"steps": 1, "crossfade_samples": 2}}
    with pytest.raises(UsageError, match=refused):
        stateful(network, described(network), both)


@pytest.mark.parametrize("changes", REFUSED)
def test_what_a_step_cannot_be_is_refused(
    made: tuple[Model, Nade], tmp_path: Path, changes: dict[str, object]
) -> None:
    start: Callable[..., ToOnnxOptions] = ToOnnxOptions
    with pytest.raises(UsageError, match="with a state"):
        to_onnx(made[0].path.with_suffix(".pt"), tmp_path / "no.onnx", start(**changes))

"""Graphs with their STFT inside: equal to torch, exact at the edges, served like any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.errors import InferenceError, SpecError
from engines.load import Model, load_model
from engines.ort import open_session
from engines.spec import StftDomain, WaveformDomain
from engines.stream import Stream, stream_settings
from engines.types import Audio
from export.graphs import loop, loop_parity
from export.graphs.errors import UnsupportedGraphError
from export.graphs.files import save, set_spec
from export.graphs.parity import compare, require_parity
from export.graphs.precision import fp16_weights
from export.graphs.stft_inside import Inside, inside_spec, to_inside
from export.nets import nade
from tests.rigs.export.networks import CONFIGS, Tiny, both, build, whole_hops
from tests.rigs.tiny_models import GAINS, LIVE, make_spec, stft_graph

MASK_FAMILIES = sorted(n for n in CONFIGS if isinstance(build(n).domain, nade.StftDomain))
DOMAINS = [
    StftDomain(128, 32),
    StftDomain(128, 64, "sqrt_hann_periodic"),
    StftDomain(126, 32, "hamming_periodic"),
    StftDomain(62, 20),
    StftDomain(4096, 1024),
]


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("family", MASK_FAMILIES)
def test_graph_equals_torch(
    make_tiny: Callable[..., Tiny], tmp_path: Path, family: str, conditional: bool
) -> None:
    tiny = make_tiny(family, conditional)
    _, path = both(tiny, tmp_path)
    spec = load_model(path).spec
    assert spec.method == ("gibbs" if conditional else "waveform")
    assert spec.domain == WaveformDomain(256, 64)
    found = compare(Inside(tiny.network), spec, path)
    assert {one.size.batch for one in found} == {1, 2, 3}
    assert len({one.size.time for one in found}) >= 3
    assert require_parity(found) < 1e-5
    assert all(one.largest > 1e-2 for one in found), "outputs too small to prove anything"


@pytest.fixture(scope="module")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Callable[[StftDomain], Path]:
    """The file of a model with constant masks GAINS, STFT inside; made once for each domain."""
    folder, made = tmp_path_factory.mktemp("linear"), {}

    def make(domain: StftDomain) -> Path:
        if domain not in made:
            hop = domain.hop_samples
            preset = replace(LIVE, window_samples=8 * -(-4096 // hop) * hop)
            spec = make_spec(domain=domain, method="mask", live=preset, offline=preset)
            inner = onnx.helper.make_model(
                stft_graph(spec, GAINS, 0.0), opset_imports=[onnx.helper.make_opsetid("", 17)],
                ir_version=8,
            )  # fmt: skip
            graph = to_inside(inner, spec)
            set_spec(graph, inside_spec(spec))
            made[domain] = folder / f"{len(made)}.onnx"
            save(graph, made[domain])
        return made[domain]

    return make


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(DOMAINS), st.integers(0, 12), st.integers(1, 3))
def test_constant_masks_give_the_mix_back_to_its_last_sample(
    linear: Callable[[StftDomain], Path], domain: StftDomain, more: int, batch: int
) -> None:
    hop = domain.hop_samples
    samples = (-(-domain.fft_samples // hop) + more) * hop
    mix = np.random.default_rng(more).standard_normal((batch, 2, samples), np.float32)
    stems = open_session(linear(domain)).run("stems", {"mix": mix})
    wanted = np.asarray(GAINS)[:, None, None] * mix[:, None]
    np.testing.assert_allclose(stems, wanted, atol=3e-6)


def test_half_a_hop_is_an_error_of_ours(linear: Callable[[StftDomain], Path]) -> None:
    model = load_model(linear(DOMAINS[0]))
    with pytest.raises(InferenceError):
        model.session.run("stems", {"mix": np.zeros((1, 2, 1040), np.float32)})
    assert model.spec.domain.valid_window(1040) == 1056


def test_old_onnxruntimes_can_load_it(make_tiny: Callable[..., Tiny], tmp_path: Path) -> None:
    model = onnx.load(both(make_tiny("band_unet"), tmp_path)[1])
    assert {item.domain: item.version for item in model.opset_import} == {"": 17}
    assert model.ir_version <= 8
    kinds = {node.op_type for node in model.graph.node if node.name.startswith("stft/")}
    assert not kinds & {"STFT", "DFT"}, "operators that old ones lack and new ones do slowly"


def separated(model: Model, mix: Audio, steps: int, known: dict[str, Audio]) -> Audio:
    spec = model.spec
    chosen = stream_settings(spec, spec.rate_hz, spec.channels, steps=steps, known=tuple(known))
    stream = Stream(model, chosen)
    return np.concatenate([stream.push(mix, known), stream.flush()], axis=-1)


@pytest.mark.parametrize(("conditional", "names"), [(False, ()), (True, ()), (True, ("bass",))])
def test_one_step_gives_what_it_gives_beside(
    make_tiny: Callable[..., Tiny], tmp_path: Path, conditional: bool, names: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(0)
    mix, bass = rng.standard_normal((2, 2, 5000), np.float32) / 8
    known = dict.fromkeys(names, bass)
    beside, inside = map(load_model, both(make_tiny("band_unet", conditional), tmp_path))
    wanted = separated(beside, mix, 1, known)
    np.testing.assert_allclose(separated(inside, mix, 1, known), wanted, atol=1e-5)


def test_streaming_equals_offline_on_any_blocks(
    make_tiny: Callable[..., Tiny], tmp_path: Path
) -> None:
    model = load_model(both(make_tiny("band_unet"), tmp_path)[1])
    mix = np.random.default_rng(0).standard_normal((2, 3000), np.float32) / 8
    whole = separated(model, mix, 3, {})
    stream = Stream(model, stream_settings(model.spec, model.spec.rate_hz, 2, steps=3))
    parts = [stream.push(mix[:, at : at + 177]) for at in range(0, 3000, 177)]
    assert np.array_equal(np.concatenate([*parts, stream.flush()], axis=-1), whole)


def test_all_steps_in_one_graph(make_tiny: Callable[..., Tiny], tmp_path: Path) -> None:
    _, path = both(make_tiny("band_unet"), tmp_path)
    spec = load_model(path).spec
    graph = loop.to_loop(onnx.load(path), spec)
    set_spec(graph, replace(spec, method=loop.METHOD))
    save(graph, tmp_path / "loop.onnx")
    loop_parity.require_equal_loop(path, tmp_path / "loop.onnx", (1, 3))


def test_smaller_weights_leave_the_transforms_exact(make_tiny: Callable[..., Tiny]) -> None:
    tiny = make_tiny("band_unet")
    spec = whole_hops(tiny.spec)
    graph = to_inside(fp16_weights(onnx.load(tiny.path)), spec).graph
    own = [tensor for tensor in graph.initializer if tensor.name.startswith("stft/")]
    assert own and all(tensor.data_type != onnx.TensorProto.FLOAT16 for tensor in own)
    assert any(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in graph.initializer)


def test_what_cannot_be_is_refused(make_tiny: Callable[..., Tiny]) -> None:
    waveform = make_tiny("nade_demucs")
    with pytest.raises(UnsupportedGraphError, match="--stft inside"):
        to_inside(onnx.load(waveform.path), waveform.spec)
    masks = make_tiny("band_unet").spec
    with pytest.raises(SpecError, match="valid length such as 1216"):
        inside_spec(masks)
    bare = replace(whole_hops(masks), domain=replace(masks.domain, centred=False))
    with pytest.raises(UnsupportedGraphError, match="centred"):
        inside_spec(bare)

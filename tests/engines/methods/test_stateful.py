"""Graphs that give their state out: one call a hop, all that streams promise, and GTCRN's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import GraphError, MethodError, SettingsError, SpecError
from engines.load import Model, load_model, model_of
from engines.methods import make_method
from engines.spec import Port, Preset, StftDomain, WaveformDomain, sidecar_of
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.carried import (
    FFT,
    HOP,
    STEP,
    frames_answer,
    frames_model,
    frames_spec,
    late_answer,
    late_model,
    late_spec,
)
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed

GTCRN = Path(__file__).parents[4] / "shared" / "data" / "third-party" / "gtcrn_simple.onnx"
Answer = Callable[[Audio], Audio]


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return late_model(tmp_path_factory.mktemp("late") / "late.onnx")


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return frames_model(tmp_path_factory.mktemp("frames") / "frames.onnx")


@pytest.fixture(params=["late", "frames"])
def case(request: pytest.FixtureRequest) -> tuple[Model, Answer]:
    answers = {"late": late_answer, "frames": frames_answer}
    return request.getfixturevalue(request.param), answers[request.param]


def settings_of(model: Model, preset: str = "balanced") -> object:
    return stream_settings(model.spec, model.spec.rate_hz, model.spec.channels, preset=preset)


@QUIET
@given(BLOCKS, st.integers(0, 1500), st.integers(1, 3))
def test_any_blocks_give_the_same_bits_on_any_grid(
    case: tuple[Model, Answer], sizes: list[int], samples: int, batch: int
) -> None:
    model, answer = case
    mix = noise(model.spec.channels, samples)
    whole = pushed(Stream(model, settings_of(model)), [mix])
    np.testing.assert_allclose(whole[:-1], answer(mix), atol=2e-6)
    assert np.abs(whole.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    for preset in ("balanced", "offline"):
        stream = Stream(model, settings_of(model, preset))
        assert np.array_equal(pushed(stream, cut(mix, sizes)), whole)
        stream.reset()
        late = fed(stream, cut(mix, sizes))
        assert np.array_equal(late[..., stream.latency_samples :], whole)


def test_latency_is_the_grids(case: tuple[Model, Answer]) -> None:
    model, answer = case
    stream = Stream(model, settings_of(model))
    assert stream.latency_samples == {64: 2 * HOP - 1, 32: FFT - 1}[stream.settings.hop_samples]
    mix = np.zeros((model.spec.channels, 1000), np.float32)
    mix[:, 300] = 1
    late = fed(stream, cut(mix, [50] * 20))[..., stream.latency_samples :]
    np.testing.assert_allclose(late[:-1], answer(mix), atol=2e-6)


def test_one_call_for_each_hop(case: tuple[Model, Answer]) -> None:
    model, _ = case
    for preset in ("balanced", "offline"):
        stream = Stream(model, settings_of(model, preset))
        pushed(stream, [noise(model.spec.channels, 32 * HOP)])
        hops = 32 * HOP // model.spec.live.hop_samples
        # The first answer of a graph that is late by a hop is none of the signal's; three frames
        # begin before the signal.
        assert stream.stats.network_calls == hops + (1 if len(model.spec.stems) == 4 else 3)


def test_silence_reset_and_warm_up(case: tuple[Model, Answer]) -> None:
    model, answer = case
    stream, mix = Stream(model, settings_of(model)), noise(model.spec.channels, 1500)
    mix[:, 300:900] = 0
    stream.warm_up()
    half = stream.push(mix[:, :700])
    stream.warm_up()
    out = np.concatenate([half, stream.push(mix[:, 700:]), stream.flush()], axis=-1)
    np.testing.assert_allclose(out[:-1], answer(mix), atol=2e-6)
    assert stream.stats.silent == 0
    stream.reset()
    assert np.array_equal(pushed(stream, [mix]), out)


def test_hops_left_out_keep_the_state(late: Model) -> None:
    stream, mix = Stream(late, settings_of(late)), noise(2, 20 * HOP)
    blocks = np.split(mix, 20, axis=-1)
    out = [stream.push(block, run=not 8 <= k < 12) for k, block in enumerate(blocks)]
    found = np.concatenate([*out, stream.flush()], axis=-1)
    assert np.abs(found.sum(axis=0) - mix).max() < BELOW_100_DBFS
    assert stream.stats.skipped == 4
    # Windows 7 to 10 lacked: their last samples are those of blocks 8 to 11.
    heard = np.concatenate([mix[:, : 8 * HOP], mix[:, 12 * HOP :]], axis=-1)
    wanted = late_answer(heard)
    np.testing.assert_allclose(found[:-1, :, : 7 * HOP], wanted[..., : 7 * HOP], atol=2e-6)
    assert not found[:-1, :, 7 * HOP : 11 * HOP].any()
    np.testing.assert_allclose(found[:-1, :, 11 * HOP :], wanted[..., 7 * HOP :], atol=2e-6)


def test_what_reached_into_hops_left_out_is_not_heard_after_them(frames: Model) -> None:
    stream, mix = Stream(frames, settings_of(frames)), noise(1, 40 * STEP)
    blocks = np.split(mix, 40, axis=-1)
    out = [stream.push(block, run=not 20 <= k < 30) for k, block in enumerate(blocks)]
    found = np.concatenate([*out, stream.flush()], axis=-1)[0, 0]
    # A window is run three blocks after its own begins.
    first, begins = 17 * STEP, 27 * STEP
    assert found[first - STEP : first].any() and not found[first:begins].any()
    assert 0 < np.abs(found[begins : begins + 4]).max() < 0.05 < np.abs(mix).max()
    # The frame there still hears, as its past, the last one before the gap.
    late = begins + FFT
    np.testing.assert_allclose(found[late:], frames_answer(mix)[0, 0, late:], atol=2e-6)


@pytest.mark.parametrize("where", ["stems", "level_out"])
def test_a_bad_hop_leaves_the_last_good_state(late: Model, where: str) -> None:
    class Broken:
        def __init__(self) -> None:
            self.calls = 0

        def __getattr__(self, name: str) -> object:
            return getattr(late.session, name)

        def run_several(self, outputs: list[str], feeds: dict[str, Audio]) -> list[Audio]:
            found = late.session.run_several(outputs, feeds)
            if self.calls == 6:
                found[outputs.index(where)][...] = np.nan
            self.calls += 1
            return found

    broken = Broken()
    stream = Stream(model_of(broken, late.path), settings_of(late))
    mix = noise(2, 12 * HOP)
    out = pushed(stream, [mix])
    # The second call was the first window's, so the sixth call after it is window 5.
    heard = np.concatenate([mix[:, : 6 * HOP], mix[:, 7 * HOP :]], axis=-1)
    wanted = late_answer(heard)
    assert stream.stats.nonfinite_out == 1
    np.testing.assert_allclose(out[:-1, :, : 5 * HOP], wanted[..., : 5 * HOP], atol=2e-6)
    assert not out[:-1, :, 5 * HOP : 6 * HOP].any()
    np.testing.assert_allclose(out[:-1, :, 6 * HOP :], wanted[..., 5 * HOP :], atol=2e-6)


def test_a_mono_model_has_a_state_for_each_channel(frames: Model) -> None:
    mix = noise(3, 900)
    mix[1] = 0
    out = pushed(Stream(frames, stream_settings(frames.spec, 16000, 3)), [mix])
    for channel in range(3):
        wanted = frames_answer(mix[channel : channel + 1])[0, 0]
        np.testing.assert_allclose(out[0, channel], wanted, atol=2e-6)


def test_known_stems_leave_the_mix(late: Model) -> None:
    mix, drums = noise(2, 900), noise(2, 900, 1)
    chosen = replace(settings_of(late), known=("drums",))
    out = pushed(Stream(late, chosen), [mix], {"drums": [drums]})
    assert np.array_equal(out[0], drums)
    np.testing.assert_allclose(out[1:4], late_answer(mix - drums)[1:], atol=2e-6)


def test_the_level_is_followed(tmp_path: Path) -> None:
    model = frames_model(tmp_path / "level.onnx", level_db=-20.0)
    mix = noise(1, 3000)
    loud = pushed(Stream(model, settings_of(model)), [mix])
    quiet = pushed(Stream(model, settings_of(model)), [mix / 4])
    assert np.array_equal(loud, 4 * quiet)
    assert np.abs(loud.sum(axis=0) - mix).max() < BELOW_100_DBFS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crossfade_samples": 16}, "crossfade"),
        ({"hop_samples": 48}, "multiple of 32"),
        ({"lookahead_samples": 64}, "expected 96"),
        ({"window_samples": 160}, "hop \\+ lookahead"),
    ],
)
def test_grids_that_do_not_suit_are_refused(
    frames: Model, changes: dict[str, int], words: str
) -> None:
    settings = settings_of(frames)
    wide = {"window_samples": settings.window_samples + 32} if "hop_samples" in changes else {}
    with pytest.raises(SettingsError, match=words):
        Stream(frames, replace(settings, **wide, **changes))
    with pytest.raises(SpecError, match=words):
        grid = {"window_samples": 128, "hop_samples": 32, "lookahead_samples": 96}
        frames_spec(live=Preset(**{"crossfade_samples": 0, **grid, **wide, **changes}))


@pytest.mark.parametrize(
    "changes", [{"state": (), "domain": WaveformDomain()}, {"domain": StftDomain(FFT, STEP)}]
)
def test_models_that_have_no_state_or_no_hops_are_refused(
    late: Model, changes: dict[str, object]
) -> None:
    grid = Preset(FFT, STEP, FFT - STEP, 0)
    spec = late_spec(**{"live": grid, "offline": grid, "batch_max": 0, **changes})
    with pytest.raises(MethodError, match="with a state"):
        make_method(spec, late.session)


def test_a_state_that_changes_its_shape_is_an_error(late: Model) -> None:
    class Growing:
        def __getattr__(self, name: str) -> object:
            return getattr(late.session, name)

        def run_several(self, outputs: list[str], feeds: dict[str, Audio]) -> list[Audio]:
            found = late.session.run_several(outputs, feeds)
            found[outputs.index("past_out")] = np.zeros((1, 2, HOP + 1), np.float32)
            return found

    stream = Stream(model_of(Growing(), late.path), settings_of(late))
    with pytest.raises(GraphError, match="past_out"):
        stream.push(noise(2, 500))


def test_gtcrn_streams(tmp_path: Path) -> None:
    """A real speech enhancer with its weights: any blocks the same bits, the latency declared."""
    if not GTCRN.is_file():
        pytest.skip("gtcrn_simple.onnx is not there: it is third-party and not in this repository")
    path = tmp_path / "gtcrn.onnx"
    path.write_bytes(GTCRN.read_bytes())
    grid, offline = Preset(512, 256, 256, 0), Preset(256 * 63 + 512, 256 * 64, 256, 0)
    ports = (Port("spec", "mix", "B F T ri"), Port("spec_stems", "enh", "B F T ri"))
    pairs = [("conv_cache", "conv_cache_out"), ("tra_cache", "tra_cache_out"),
             ("inter_cache", "inter_cache_out")]  # fmt: skip
    spec = frames_spec(
        name="gtcrn", ports=ports, live=grid, offline=offline, licence="MIT",
        state=tuple(replace(frames_spec().state[0], input=a, output=b) for a, b in pairs),
        domain=replace(frames_spec().domain, fft_samples=512, hop_samples=256),
    )  # fmt: skip
    sidecar_of(path).write_text(spec.to_json(), "utf-8")
    model = load_model(path)
    rng = np.random.default_rng(0)
    time = np.arange(16000) / 16000
    buzz = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 20))
    voice = (buzz * (1 + np.sin(2 * np.pi * 3 * time)) * 0.05).astype(np.float32)
    mix = (voice + 0.02 * rng.standard_normal(16000).astype(np.float32))[None]
    stream = Stream(model, settings_of(model))
    assert stream.latency_samples == 511
    whole = pushed(stream, [mix])
    assert np.abs(whole.sum(axis=0) - mix).max() < 1e-6
    assert stream.stats.nonfinite_out == 0 and 0.1 < np.abs(whole[0]).max() / np.abs(mix).max() < 2
    for sizes in ([100] * 160, [1, 2, 3, 8191], [256] * 62):
        stream.reset()
        late = fed(stream, cut(mix, sizes))
        assert np.array_equal(late[..., 511:], whole)
    slow = pushed(Stream(model, settings_of(model, "offline")), [mix])
    assert np.array_equal(slow, whole)
    # It lets the voice through where it lies: the two are nearest without any shift.
    near = [np.dot(whole[0, 0, 4000:12000], mix[0, 4000 - k : 12000 - k]) for k in (-256, 0, 256)]
    assert int(np.argmax(near)) == 1

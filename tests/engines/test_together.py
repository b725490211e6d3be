"""engines.together: the mean of several models is one stream."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.composite import followers_of, streams_of
from engines.errors import AudioError, InferenceError, SettingsError, StreamStateError
from engines.load import Model, load_model
from engines.making import make_stream
from engines.spec import Member
from engines.stream import Stream, StreamSettings, stream_settings
from engines.together import Together
from engines.types import Audio
from tests.rigs.needing import make_gibbs, write_mean, write_stacked
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, noise
from tests.rigs.tiny_models import STEMS, make_model

SHARES = ((0.5, 1.0, 0.0, 0.25), (0.5, 0.0, 2.0, 0.75))
WEIGHTED = (Member("quiet", SHARES[0]), Member("gibbs", SHARES[1]))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("mean")
    write_mean(folder)
    return load_model(write_mean(folder, *WEIGHTED, conditional=True))


def settings_of(model: Model, preset: str = "balanced", **changes: object) -> StreamSettings:
    return replace(stream_settings(model.spec, 44100, 2, preset=preset), **changes)


def whole(model: Model, preset: str, mix: Audio, rate_hz: int = 44100) -> Audio:
    """The stems of one model alone."""
    stream = Stream(model, settings_of(model, preset, rate_hz=rate_hz))
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)[:-1]


@pytest.mark.parametrize("preset", ["balanced", "offline"])
@QUIET
@given(BLOCKS, st.integers(0, 4000))
def test_it_is_the_weighted_mean_in_any_blocks(
    both: Model, preset: str, sizes: list[int], samples: int
) -> None:
    stream, mix = make_stream(both, settings_of(both, preset)), noise(2, samples)
    parts = [stream.push(block) for block in cut(mix, sizes)]
    outputs = np.concatenate([*parts, stream.flush()], axis=-1)
    weights = np.array([(0.5, 1, 0, 0.25), (0.5, 0, 1, 0.75)], np.float32)[..., None, None]
    alone = [whole(one, preset, mix) for one in both.members]
    wanted = sum(weight * one for weight, one in zip(weights, alone, strict=True))
    assert np.abs(outputs[:-1] - wanted).max(initial=0) < 1e-6
    assert np.abs(outputs.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    stream.warm_up()
    stream.reset()
    parts = [stream.feed(block) for block in cut(mix, sizes)]
    assert [part.shape[-1] for part in parts] == [one.shape[-1] for one in cut(mix, sizes)]
    late = np.concatenate([*parts, stream.flush()], axis=-1)
    assert not late[..., : stream.latency_samples].any()
    assert np.array_equal(late[..., stream.latency_samples :], outputs)


def test_latency_is_that_of_the_latest(both: Model) -> None:
    stream = make_stream(both, settings_of(both))
    alone = [Stream(one, settings_of(one)) for one in both.members]
    latencies = [one.latency_samples for one in alone]
    assert latencies[0] != latencies[1] and stream.latency_samples == max(latencies)
    last = streams_of(stream)[-1]
    assert last.latency_samples == max(latencies)
    mix, given_out = noise(2, 6000), 0
    for at in range(mix.shape[-1]):
        given_out += stream.push(mix[:, at : at + 1]).shape[-1]
        assert given_out >= at + 1 - stream.latency_samples
    for block in (1, 64, 100, 1000):
        stream.reset()
        delay, given_out = stream.delay_for_block(block), 0
        for count in range(1, 40):
            given_out += stream.push(noise(2, block, count)).shape[-1]
            assert given_out >= count * block - delay


@pytest.mark.parametrize("rate_hz", [48000, 22050])
def test_at_any_rate(both: Model, rate_hz: int) -> None:
    settings = settings_of(both, "offline", rate_hz=rate_hz)
    stream, mix = make_stream(both, settings), noise(2, 5000)
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    quiet = whole(both.members[0], "offline", mix, rate_hz)
    assert np.allclose(outputs[1], quiet[1], atol=1e-6)
    assert np.abs(outputs.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_members_of_another_rate_and_of_one_channel(tmp_path: Path) -> None:
    write_mean(tmp_path)
    make_model(tmp_path / "mono.onnx", name="mono", channels=1, rate_hz=16000, domain="stft")
    model = load_model(write_mean(tmp_path, Member("quiet"), Member("mono")))
    stream, mix = make_stream(model, settings_of(model)), noise(2, 20_000)
    alone = make_stream(model.members[1], settings_of(model.members[1]))
    assert stream.latency_samples == alone.latency_samples
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    wanted = sum(whole(one, "balanced", mix) for one in model.members) / 2
    assert np.abs(outputs[:-1] - wanted).max() < 1e-6
    assert np.abs(outputs.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_known_stems_are_known_to_all_and_come_back_as_given(both: Model) -> None:
    settings = settings_of(both, known=("vocals", "strings"))
    stream, mix = make_stream(both, settings), noise(2, 4000)
    known = {"vocals": noise(2, 4000, 1), "strings": noise(2, 4000, 2)}
    outputs = np.concatenate([stream.push(mix, known), stream.flush()], axis=-1)
    assert stream.outputs == (*STEMS, "strings", "residual")
    assert np.array_equal(outputs[3], known["vocals"])
    assert np.array_equal(outputs[4], known["strings"])
    assert np.abs(outputs.sum(axis=0) - mix).max() < BELOW_100_DBFS
    gibbs = both.members[1]
    alone = Stream(gibbs, settings_of(gibbs, known=("vocals", "strings")))
    wanted = np.concatenate([alone.push(mix, known), alone.flush()], axis=-1)
    assert np.allclose(outputs[2], wanted[2], atol=1e-6)  # the other one has no share in it
    with pytest.raises(AudioError, match="vocals"):
        stream.push(mix)


def test_the_residual_goes_where_it_is_to(both: Model) -> None:
    stream, mix = make_stream(both, settings_of(both, residual_to="other")), noise(2, 4000)
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    assert not outputs[-1].any()
    assert np.abs(outputs.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_windows_left_out_are_on_the_residual(both: Model) -> None:
    stream, mix = make_stream(both, settings_of(both)), noise(2, 4000)
    outputs = stream.push(mix, run=False)
    assert not outputs[:-1].any()
    assert np.array_equal(outputs[-1], mix[:, : outputs.shape[-1]])
    assert stream.stats.skipped == stream.stats.windows > 0


def test_steps_are_those_of_all(both: Model) -> None:
    stream, seen = make_stream(both, settings_of(both)), []
    stream.on_step = lambda *step: seen.append(step) or True
    stream.update(steps=3, seed=5)
    stream.push(noise(2, 3000))
    assert stream.settings.steps == 3 and stream.on_step is not None
    assert {one.settings.steps for one in followers_of(stream)} == {3}
    assert {steps for _, _, steps in seen} == {1, 3}
    stream.on_step = None
    assert streams_of(stream)[0].on_step is None


def test_input_that_is_no_audio_is_counted_once(both: Model) -> None:
    stream, mix = make_stream(both, settings_of(both)), noise(2, 4000)
    mix[0, 100] = np.nan
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    assert np.isfinite(outputs).all() and stream.stats.nonfinite_in == 1
    stream.reset()
    assert stream.stats == type(stream.stats)()


def test_calls_in_the_wrong_order_are_refused(both: Model) -> None:
    stream, mix = make_stream(both, settings_of(both)), noise(2, 700)
    stream.push(mix)
    with pytest.raises(StreamStateError, match="feed after push"):
        stream.feed(mix)
    stream.reset()
    stream.feed(mix)
    assert stream.flush().shape[-1] == stream.latency_samples
    assert stream.flush().shape[-1] == 0
    with pytest.raises(StreamStateError, match="push after flush"):
        stream.push(mix)


def test_after_an_error_only_reset_is_left(both: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    stream, mix = make_stream(both, settings_of(both)), noise(2, 4000)

    def fail(*_: object) -> None:
        raise InferenceError("no memory", "memory", "get some")

    with monkeypatch.context() as patch:
        patch.setattr(type(both.members[0].method), "run", fail)
        with pytest.raises(InferenceError):
            stream.push(mix)
    with pytest.raises(StreamStateError, match="after failure"):
        stream.push(mix)
    with pytest.raises(StreamStateError, match="after failure"):
        stream.flush()
    stream.reset()
    stream.push(mix)


def test_a_grid_of_its_own_is_for_one_model(both: Model, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"grid of its own.*balanced, offline"):
        make_stream(both, settings_of(both, hop_samples=96, crossfade_samples=0))
    write_mean(tmp_path)
    one = load_model(write_mean(tmp_path, Member("quiet")))
    settings, mix = settings_of(one, hop_samples=96), noise(2, 3000)
    alone = Stream(one.members[0], settings)
    assert np.array_equal(make_stream(one, settings).push(mix), alone.push(mix))


def test_a_stream_of_one_model_does_not_run_those_that_need_others(
    both: Model, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="needs others"):
        Stream(both, settings_of(both))
    stacked = load_model(write_stacked(tmp_path))
    with pytest.raises(SettingsError, match="needs others"):
        Stream(stacked, settings_of(stacked))
    alone = [make_stream(one, settings_of(one)) for one in both.members]
    with pytest.raises(SettingsError, match="quiet in both"):
        Together(both, settings_of(both, known=("vocals",)), alone)


def test_means_and_stacks_stand_in_each_other(tmp_path: Path) -> None:
    write_stacked(tmp_path)
    make_gibbs(tmp_path / "gibbs.onnx")
    model = load_model(write_mean(tmp_path, Member("stacked"), Member("gibbs")))
    stream, mix = make_stream(model, settings_of(model, "offline")), noise(2, 5000)
    assert [one.model.spec.name for one in streams_of(stream)][-2:] == ["singer", "stacked"]
    assert {one.model.spec.name for one in followers_of(stream)} == {"stacked", "gibbs"}
    outputs = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    stacked, gibbs = model.members
    first = make_stream(stacked, settings_of(stacked, "offline"))
    one = np.concatenate([first.push(mix), first.flush()], axis=-1)[:-1]
    assert np.allclose(outputs[:-1], (one + whole(gibbs, "offline", mix)) / 2, atol=1e-6)
    assert stream.latency_samples == first.latency_samples

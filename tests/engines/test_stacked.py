"""engines.stacked: one model's stems are known to another, in one stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.composite import streams_of
from engines.errors import AudioError, SettingsError, StreamStateError
from engines.load import Model
from engines.making import make_stream
from engines.stacked import First, Stacked
from engines.stream import Stream, StreamSettings, stream_settings
from engines.types import Audio
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, noise
from tests.rigs.tiny_models import STEMS, MakeModel

SINGER = {"domain": "stft", "curved": True, "stems": ("voice", "vocals"), "gains": (0.2, 0.3)}


@pytest.fixture
def models(tiny: MakeModel) -> tuple[Model, Model]:
    """One that makes vocals on a grid of its own, and one that is conditioned."""
    other = {"offline": replace(tiny().spec.offline, hop_samples=512)}
    return tiny(**SINGER, **other), tiny(domain="stft", conditional=True, couple=0.3)


def settings_of(model: Model, preset: str, **changes: object) -> StreamSettings:
    return replace(stream_settings(model.spec, 44100, 2, preset=preset), **changes)


def stacked(models: tuple[Model, Model], preset: str, *known: str, rate_hz: int = 44100) -> Stacked:
    first, last = models
    settings = settings_of(last, preset, known=(*known, "vocals"), rate_hz=rate_hz)
    stream = Stream(first, settings_of(first, preset, rate_hz=rate_hz))
    return Stacked([First(stream, ("vocals",))], Stream(last, settings))


def wanted(models: tuple[Model, Model], preset: str, mix: Audio) -> Audio:
    """One after the other, on the whole mix."""
    first, last = models
    stream = Stream(first, settings_of(first, preset))
    made = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    vocals = made[stream.outputs.index("vocals")]
    stream = Stream(last, settings_of(last, preset, known=("vocals",)))
    return np.concatenate([stream.push(mix, {"vocals": vocals}), stream.flush()], axis=-1)


@pytest.mark.parametrize("preset", ["balanced", "offline"])
@QUIET
@given(BLOCKS, st.integers(0, 4000))
def test_it_is_one_model_after_the_other_in_any_blocks(
    models: tuple[Model, Model], preset: str, sizes: list[int], samples: int
) -> None:
    stream, mix = stacked(models, preset), noise(2, samples)
    whole = wanted(models, preset, mix)
    parts = [stream.push(block) for block in cut(mix, sizes)]
    assert np.array_equal(np.concatenate([*parts, stream.flush()], axis=-1), whole)
    assert np.abs(whole.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    stream.warm_up()
    stream.reset()
    parts = [stream.feed(block) for block in cut(mix, sizes)]
    assert [part.shape[-1] for part in parts] == [one.shape[-1] for one in cut(mix, sizes)]
    late = np.concatenate([*parts, stream.flush()], axis=-1)
    assert not late[..., : stream.latency_samples].any()
    assert np.array_equal(late[..., stream.latency_samples :], whole)


def test_latency_is_that_of_both(models: tuple[Model, Model]) -> None:
    stream = stacked(models, "balanced")
    alone = [Stream(model, settings_of(model, "balanced")) for model in models]
    assert stream.latency_samples == sum(one.latency_samples for one in alone)
    for block in (1, 64, 100, 1000):
        delay, given_out = stream.delay_for_block(block), 0
        stream.reset()
        for count in range(1, 40):
            given_out += stream.push(noise(2, block, count)).shape[-1]
            assert given_out >= count * block - delay
        assert delay <= stream.latency_samples


def test_what_is_known_conditions_the_others(models: tuple[Model, Model]) -> None:
    mix = noise(2, 3000)
    stream = stacked(models, "balanced")
    out = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    plain = Stream(models[1], settings_of(models[1], "balanced"))
    alone = np.concatenate([plain.push(mix), plain.flush()], axis=-1)
    assert stream.outputs == plain.outputs == (*STEMS, "residual")
    assert np.abs(out[:3] - alone[:3]).max() > 1e-3
    assert stream.stats.windows == plain.stats.windows
    assert stream.stats.network_calls > plain.stats.network_calls


def test_other_known_stems_come_from_the_caller(models: tuple[Model, Model]) -> None:
    mix, drums = noise(2, 2000), noise(2, 2000, 1)
    stream = stacked(models, "balanced", "drums")
    assert stream.known == ("drums",)
    blocks = zip(cut(mix, [300] * 6), cut(drums, [300] * 6), strict=True)
    parts = [stream.push(block, {"drums": known}) for block, known in blocks]
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    assert np.array_equal(out[0], drums)
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS
    for known, words in (
        ({}, r"exactly \['drums'\]"),
        ({"drums": drums[:, :5]}, r"drums of float32 \(2, 5\); expected float32 \(2, 2000\)"),
        ({"drums": drums, "vocals": drums}, r"exactly \['drums'\]"),
    ):
        stream.reset()
        with pytest.raises(AudioError, match=words):
            stream.push(mix, known)


def test_two_models_can_make_known_stems(models: tuple[Model, Model], tiny: MakeModel) -> None:
    first, last = models
    drummer = tiny(domain="stft", stems=("drums",), gains=(0.6,))
    settings = settings_of(last, "balanced", known=("vocals", "drums"))
    firsts = [
        First(Stream(one, settings_of(one, preset)), (stem,))
        for one, preset, stem in ((first, "balanced", "vocals"), (drummer, "offline", "drums"))
    ]
    stream, mix = Stacked(firsts, Stream(last, settings)), noise(2, 5000)
    parts = [stream.push(block) for block in cut(mix, [700] * 8)]
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    np.testing.assert_allclose(out[0], 0.6 * mix, atol=2e-6)
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS


@pytest.mark.parametrize("rate_hz", [48000, 96000])
def test_any_blocks_where_the_rate_is_converted(models: tuple[Model, Model], rate_hz: int) -> None:
    stream, mix = stacked(models, "balanced", rate_hz=rate_hz), noise(2, 6000)
    whole = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    stream.reset()
    parts = [stream.feed(block) for block in cut(mix, [1, 500, 64, 1000, 63, 2])]
    late = np.concatenate([*parts, stream.flush()], axis=-1)
    assert np.array_equal(late[..., stream.latency_samples :], whole)


def test_windows_left_out_leave_the_sum(models: tuple[Model, Model]) -> None:
    stream, mix = stacked(models, "balanced"), noise(2, 6000)
    blocks = cut(mix, [100] * 60)
    parts = [stream.push(block, run=not 20 < k < 40) for k, block in enumerate(blocks)]
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS
    assert stream.stats.skipped > 0


def test_calls_in_another_order_are_refused(models: tuple[Model, Model]) -> None:
    stream, mix = stacked(models, "balanced"), noise(2, 500)
    stream.push(mix)
    with pytest.raises(StreamStateError, match="feed after push"):
        stream.feed(mix)
    stream.flush()
    with pytest.raises(StreamStateError, match="push after flush"):
        stream.push(mix)


def test_steps_are_the_last_ones(models: tuple[Model, Model]) -> None:
    stream, seen = stacked(models, "balanced"), []
    stream.on_step = lambda *step: seen.append(step) or True
    stream.update(steps=3, seed=5)
    stream.push(noise(2, 2000))
    assert stream.settings.steps == 3 and stream.on_step is not None
    assert {steps for _, _, steps in seen} == {3}
    assert stream.model is models[1]


def test_what_does_not_fit_together_is_refused(models: tuple[Model, Model]) -> None:
    first, last = models
    chosen = settings_of(last, "balanced", known=("vocals",))

    def refused(
        words: str, stems: tuple[str, ...], *, last_known: object = None, **changes: object
    ) -> None:
        firsts = [First(Stream(first, settings_of(first, "balanced", **changes)), stems)]
        known = chosen if last_known is None else replace(chosen, known=last_known)
        with pytest.raises(SettingsError, match=words):
            Stacked(firsts, Stream(last, known))

    refused("drums of tiny", ("drums",))
    refused("rate and channels", ("vocals",), rate_hz=48000)
    refused("known stems for tiny", ("vocals",), known=("voice",))
    refused("each once", ("vocals",), last_known=("drums",))
    refused("each once", ())


def test_a_model_that_has_others_before_it_makes_a_stacked_stream(
    models: tuple[Model, Model],
) -> None:
    first, last = models
    model = replace(last, firsts=(("vocals", first), ("voice", first)))
    settings = settings_of(last, "offline", known=("drums",))
    stream = make_stream(model, settings)
    assert isinstance(stream, Stacked) and stream.settings == settings
    assert stream.outputs == (*STEMS, "voice", "residual")
    hops = [one.settings.hop_samples for one in streams_of(stream)]
    assert hops == [first.spec.offline.hop_samples, last.spec.offline.hop_samples]
    other = make_stream(model, replace(settings, window_samples=settings.window_samples + 64))
    assert streams_of(other)[0].settings.hop_samples == first.spec.offline.hop_samples
    every = make_stream(model, replace(settings, known=("vocals", "voice")))
    assert isinstance(every, Stream) and streams_of(every) == (every,)


def test_a_stem_that_is_made_before_takes_no_residual(models: tuple[Model, Model]) -> None:
    """Nor is what was asked for dropped, were it the trainer's advice as well."""
    first, last = models
    advised = replace(last, spec=replace(last.spec, residual_to="vocals"))
    for one in (last, advised):
        model = replace(one, firsts=(("vocals", first),))
        with pytest.raises(SettingsError, match="residual_to"):
            make_stream(model, settings_of(model, "balanced", residual_to="vocals"))

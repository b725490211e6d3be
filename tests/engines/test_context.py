"""engines.context: what windows hear beyond the ends of a signal, and that streams keep to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.beyond import surrounded
from engines.context import CONTEXTS
from engines.errors import SettingsError
from engines.stream import Stream, stream_settings
from engines.types import Audio
from engines.window import Control, Estimate, Window
from tests.rigs.leaky import leaky_model
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed
from tests.rigs.tiny_models import MakeModel

AROUND = ("reflect", "repeat")


@pytest.mark.parametrize(
    ("context", "wanted"),
    [
        ("zeros", [0, 0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [2, 3, 2, 1, 2, 3, 2, 1]),
        ("repeat", [1, 2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_what_is_put_around(context: str, wanted: list[int]) -> None:
    region = np.array([[0, 0, 0, 1, 2, 3, 0, 0]], np.float32)
    assert surrounded(region, 3, 2, context).tolist() == [wanted]


@pytest.mark.parametrize("context", AROUND)
def test_one_sample_is_enough(context: str) -> None:
    region = np.array([0, 0, 5, 0], np.float32)
    assert surrounded(region, 2, 1, context).tolist() == [5, 5, 5, 5]


@given(st.integers(1, 40), st.integers(0, 100), st.integers(0, 100))
def test_reflection_is_numpys(count: int, before: int, after: int) -> None:
    audio = noise(2, count)
    region = np.pad(audio, ((0, 0), (before, after)))
    wanted = np.tile(np.concatenate([audio, audio[:, -2:0:-1]], axis=1), (1, 220))
    period = max(1, 2 * (count - 1))
    first = 110 * period - before
    found = surrounded(region, before, after, "reflect")
    assert np.array_equal(found, wanted[:, first : first + found.shape[1]])
    if count > 1 and max(before, after) < count:
        mirrored = np.pad(audio, ((0, 0), (before, after)), mode="reflect")
        assert np.array_equal(found, mirrored)


@pytest.mark.parametrize("context", AROUND)
@pytest.mark.parametrize(("domain", "conditional"), [("waveform", True), ("stft", True)])
@QUIET
@given(BLOCKS, st.integers(0, 3000), st.integers(1, 3))
def test_any_blocks_give_the_same_bits(
    tiny: MakeModel, domain: str, conditional: bool, context: str, sizes: list[int],
    samples: int, batch: int,
) -> None:  # fmt: skip
    model = tiny(domain=domain, conditional=conditional, curved=True, couple=0.3)
    chosen = stream_settings(model.spec, 48000, 2, steps=2, seed=9)
    chosen = replace(chosen, batch=batch, context=context)
    mix = noise(2, samples)
    whole = pushed(Stream(model, replace(chosen, batch=1)), [mix])
    assert np.abs(whole.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    stream = Stream(model, chosen)
    assert stream.latency_samples == Stream(model, replace(chosen, context="zeros")).latency_samples
    assert np.array_equal(pushed(stream, cut(mix, sizes)), whole)
    stream.warm_up()
    stream.reset()
    late = fed(stream, cut(mix, sizes))
    assert np.array_equal(late[..., stream.latency_samples :], whole)


@pytest.mark.parametrize("context", AROUND)
@pytest.mark.parametrize("rate_hz", [22050, 96000])
def test_any_blocks_where_the_rate_is_converted(
    tiny: MakeModel, context: str, rate_hz: int
) -> None:
    model = tiny(domain="stft", curved=True)
    settings = replace(stream_settings(model.spec, rate_hz, 2), context=context)
    stream, mix = Stream(model, settings), noise(2, 3000)
    whole = pushed(stream, [mix])
    stream.reset()
    late = fed(stream, cut(mix, [1, 500, 64, 1000, 63, 2]))
    assert np.array_equal(late[..., stream.latency_samples :], whole)


class Watched:
    """A model that keeps what its windows are."""

    def __init__(self, tiny: MakeModel, **options: object) -> None:
        model = tiny(**options)
        self.windows: list[Window] = []
        self._method = model.method
        self.model = replace(model, method=self)

    def new_state(self) -> None:
        return None

    def run(self, windows: list[Window], control: Control) -> list[Estimate]:
        self.windows += [replace(window, mix=window.mix.copy()) for window in windows]
        return self._method.run(windows, control)


def heard(tiny: MakeModel, mix: Audio, context: str, **changes: object) -> list[Window]:
    """The windows of the tiny model's live grid: 512 long, 128 apart, 96 ahead."""
    watched = Watched(tiny, domain="stft")
    settings = replace(stream_settings(watched.model.spec, 44100, 2), context=context, **changes)
    pushed(Stream(watched.model, settings), cut(mix, [100] * 30))
    return watched.windows


def test_windows_hear_the_mirrored_ends(tiny: MakeModel) -> None:
    mix = noise(2, 1000)
    windows = heard(tiny, mix, "reflect")
    around = np.pad(mix, ((0, 0), (600, 600)), mode="reflect")
    for window in windows:
        begin, end = max(0, window.origin), min(window.origin + 512, 1000)
        assert np.array_equal(
            window.mix[:, begin - window.origin : end - window.origin], mix[:, begin:end]
        )
    # The second window knows 352 samples of the mix, and lacks 160.
    assert np.array_equal(windows[1].mix, around[:, 600 - 160 : 600 + 352])
    last = windows[-1]
    assert last.origin + 512 > 1000
    assert np.array_equal(last.mix, around[:, 600 + last.origin : 600 + last.origin + 512])


def test_the_first_windows_know_what_has_come_till_then(tiny: MakeModel) -> None:
    mix = noise(2, 1000)
    first = heard(tiny, mix, "repeat")[0]
    assert first.origin == 224 - 512
    assert np.array_equal(first.mix, np.tile(mix[:, :224], (1, 3))[:, -512:])


def test_only_windows_inside_the_signal_take_frames_from_each_other(tiny: MakeModel) -> None:
    for context in CONTEXTS:
        windows = heard(tiny, noise(2, 1000), context)
        inside = [one.origin >= 0 and one.origin + 512 <= 1000 for one in windows]
        kept = [one.frame_caches is not None for one in windows]
        assert kept == (inside if context in AROUND else [True] * len(windows))
        assert any(inside) and not all(inside)


@pytest.mark.parametrize("context", AROUND)
def test_silence_stays_silence(tiny: MakeModel, context: str) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    stream = Stream(model, replace(stream_settings(model.spec, 44100, 2), context=context))
    mix = noise(2, 2000)
    mix[:, :1000] = 0
    out = pushed(stream, [mix])
    assert not out[..., : 1000 - 512].any() and stream.stats.silent > 0
    assert stream.stats.nonfinite_out == 0


@pytest.mark.parametrize("context", AROUND)
def test_known_stems_have_the_same_ends(tiny: MakeModel, context: str) -> None:
    """The mix is half the known stem: it must be that beyond the ends as well."""
    watched = Watched(tiny, domain="stft", conditional=True, couple=0.3)
    chosen = stream_settings(watched.model.spec, 44100, 2)
    chosen = replace(chosen, context=context, known=("drums",))
    drums = noise(2, 700, 1)
    out = pushed(Stream(watched.model, chosen), [drums / 2], {"drums": [drums]})
    for window in watched.windows:
        assert window.mix[:, :32].any() and window.mix[:, -32:].any()
        assert np.array_equal(window.known[0], 2 * window.mix)
    assert np.array_equal(out[0], drums)
    assert np.abs(out.sum(axis=0) - drums / 2).max() < BELOW_100_DBFS


def test_a_state_hears_each_sample_once_whatever_the_context() -> None:
    model, mix = leaky_model(), noise(2, 1000)
    chosen = stream_settings(model.spec, 44100, 2)
    plain = pushed(Stream(model, chosen), [mix])
    for context in AROUND:
        assert np.array_equal(pushed(Stream(model, replace(chosen, context=context)), [mix]), plain)


def test_the_ends_are_heard(tiny: MakeModel) -> None:
    """A mask that bends with the level differs at the ends, and only there."""
    model, mix = tiny(domain="stft", curved=True), noise(2, 3000)
    chosen = stream_settings(model.spec, 44100, 2)
    zeros, reflect = (
        pushed(Stream(model, replace(chosen, context=context)), [mix])
        for context in ("zeros", "reflect")
    )
    assert np.abs(zeros - reflect)[..., :64].max() > 1e-4
    assert np.abs(zeros - reflect)[..., -64:].max() > 1e-4
    assert np.array_equal(zeros[..., 1000:2000], reflect[..., 1000:2000])


def test_an_unknown_context_is_refused(tiny: MakeModel) -> None:
    with pytest.raises(SettingsError, match="zeros, reflect, repeat"):
        replace(stream_settings(tiny().spec, 44100, 2), context="mirror")


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_model_says_what_its_windows_hear(tiny: MakeModel, context: str) -> None:
    spec = tiny(context=context).spec
    assert stream_settings(spec, 44100, 2).context == context == spec.context

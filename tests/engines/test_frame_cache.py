"""engines.frame_cache: cached frames change no bit, and spare what they should."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.frame_cache import FrameCache, transform
from engines.spec import WINDOWS, StftDomain
from engines.stft import Stft, make_stft
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.stream_tools import BLOCKS, QUIET, cut, fed, noise, pushed
from tests.rigs.tiny_models import MakeModel


def uncached(self: FrameCache, stft: Stft, audio: Audio, origin: int) -> object:
    """What takes the place of `FrameCache.transform` where nothing is to be kept."""
    return transform(stft, audio)


UNCACHED = patch.object(FrameCache, "transform", uncached)


@st.composite
def domains(draw: st.DrawFn) -> StftDomain:
    fft = 2 * draw(st.integers(2, 32))
    hop = draw(st.integers(1, fft // 2))
    return StftDomain(fft, hop, draw(st.sampled_from(WINDOWS)), draw(st.booleans()))


@QUIET
@given(domains(), st.integers(1, 5), st.lists(st.integers(-300, 300), min_size=1, max_size=6))
def test_every_bit_is_as_without(domain: StftDomain, ffts: int, origins: list[int]) -> None:
    """Windows of one signal in any order, near and far, before its beginning and after."""
    signal, length = noise(2, 2000), ffts * domain.fft_samples + 3
    cache = FrameCache()
    for origin in origins:
        stft = make_stft(domain, length, -origin % domain.hop_samples)
        audio = signal[:, 400 + origin : 400 + origin + length]
        for found, wanted in zip(
            cache.transform(stft, audio, origin), transform(stft, audio), strict=True
        ):
            assert np.array_equal(found, wanted)


def test_whole_frames_are_those_inside() -> None:
    for domain in (StftDomain(128, 32), StftDomain(126, 32), StftDomain(128, 32, centred=False)):
        for phase in (0, 1, 31):
            stft = Stft(domain, 1000, phase)
            starts = stft.first + domain.hop_samples * np.arange(stft.frames)
            inside = np.flatnonzero((starts >= 0) & (starts + domain.fft_samples <= 1000))
            assert stft.whole == (inside[0], inside[-1] + 1)


@pytest.mark.parametrize("advance", [0, 32, 50, 128, 5000])
def test_unseen_frames_are_those_transformed(advance: int) -> None:
    domain, audio = StftDomain(128, 32), noise(2, 8000)
    cache, taken = FrameCache(), []
    for origin in (32, 32 + advance):
        stft = make_stft(domain, 1000, -origin % 32)
        with patch.object(Stft, "transform", autospec=True, side_effect=Stft.transform) as spy:
            cache.transform(stft, audio[:, origin : origin + 1000], origin)
        taken.append(sum(call.args[4] - call.args[3] for call in spy.call_args_list))
    if advance % 32 == 0:  # elsewhere nothing is shared
        assert taken == [stft.frames, stft.new_frames(advance)]


@pytest.mark.parametrize("conditional", [False, True])
@QUIET
@given(
    sizes=BLOCKS,
    batch=st.integers(1, 3),
    hop=st.sampled_from([32, 96, 128, 50]),
    channels=st.sampled_from([(2, 2), (2, 1), (1, 2)]),
    known=st.sampled_from([(), ("drums",), ("bass", "choir")]),
    late=st.lists(st.booleans(), min_size=1, max_size=5),
)
def test_a_stream_gives_the_same_bits(
    tiny: MakeModel,
    conditional: bool,
    sizes: list[int],
    batch: int,
    hop: int,
    channels: tuple[int, int],
    known: tuple[str, ...],
    late: list[bool],
) -> None:
    own, session = channels
    model = tiny(domain="stft", conditional=conditional, couple=0.3, channels=own)
    settings = stream_settings(model.spec, 44100, session, steps=2, known=known)
    settings = replace(settings, hop_samples=hop, batch=batch)
    mix = noise(session, 2500)
    mix[:, 900:1700] = 0
    blocks = cut(mix, sizes)
    others = {name: cut(noise(session, 2500, seed=i + 1), sizes) for i, name in enumerate(known)}

    def run() -> Audio:
        stream = Stream(model, settings)
        parts = []
        for i, block in enumerate(blocks):
            here = {name: k[i] for name, k in others.items()}
            parts.append(stream.push(block, here, run=not late[i % len(late)]))
        return np.concatenate([*parts, stream.flush()], axis=-1)

    with UNCACHED:
        wanted = run()
    assert np.array_equal(run(), wanted)


def test_resets_and_warm_ups_leave_nothing_behind(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = stream_settings(model.spec, 44100, 2, steps=2)
    first, second = noise(2, 3000, 1), noise(2, 3000, 2)
    with UNCACHED:
        wanted = pushed(Stream(model, chosen), [second])
    stream = Stream(model, chosen)
    stream.push(first)
    stream.reset()
    assert np.array_equal(pushed(stream, [second]), wanted)
    stream.reset()
    stream.warm_up()
    half = stream.push(second[:, :1500])
    stream.warm_up()
    rest = [stream.push(second[:, 1500:]), stream.flush()]
    assert np.array_equal(np.concatenate([half, *rest], axis=-1), wanted)


def test_only_new_frames_are_transformed(tiny: MakeModel) -> None:
    """Of 17 frames 4 are new in each hop, and 2 each reach over the window's ends."""
    model = tiny(domain="stft")
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    fed(stream, [noise(2, 1024)])
    stream.reset()
    stream.push(noise(2, 1024))
    counts: list[int] = []
    original = Stft.transform

    def counting(self: Stft, audio: Audio, spectra: Audio, first: int, end: int) -> None:
        counts.append(end - first)
        original(self, audio, spectra, first, end)

    with patch.object(Stft, "transform", counting):
        stream.push(noise(2, 128, seed=1))
    assert counts == [2, 4 + 2]

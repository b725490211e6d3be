"""engines.domains: samples and STFT magnitudes behind one interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engines.domains import (
    ComplexFrames,
    HybridFrames,
    StftFrames,
    WaveformFrames,
    make_estimates,
    make_frames,
    stacked,
)
from engines.frame_cache import FrameCache
from engines.level import Follower, Gains
from engines.spec import HybridDomain, StftDomain
from tests.rigs.tiny_models import STEMS, make_spec
from tests.rigs.window_tools import SIZE, START, STOP, window

SPECS = {"waveform": make_spec(), "stft": make_spec(domain=StftDomain(128, 32), method="mask")}
COMPLEX = StftDomain(128, 32, values="complex")
OTHERS = {
    "complex": make_spec(domain=COMPLEX, method="mask"),
    "hybrid": make_spec(domain=HybridDomain(COMPLEX), method="one_pass"),
}


def test_the_spec_says_which() -> None:
    for name, kind in (("waveform", WaveformFrames), ("stft", StftFrames)):
        assert type(make_frames(SPECS[name], [window()])) is kind
        assert type(make_estimates(SPECS[name], [window()])) is kind
    for name, kind in (("complex", ComplexFrames), ("hybrid", HybridFrames)):
        assert type(make_frames(OTHERS[name], [window()])) is kind


@pytest.mark.parametrize("domain", SPECS)
def test_an_answer_of_the_whole_mix_is_the_mix(domain: str) -> None:
    """Samples of the mix as every stem, or masks of 1."""
    windows = [window(index=index) for index in range(3)]
    frames = make_estimates(SPECS[domain], windows)
    assert len(frames.mix) == 3
    for item, one in enumerate(windows):
        like = one.mix if domain == "waveform" else np.ones_like(frames.mix[item])
        answer = np.repeat(like[None], len(STEMS), axis=0)
        frames.to_estimates(answer, np.ones(len(STEMS), np.bool_), item)
        part = frames.needed(answer, item, START, STOP)
        found = frames.synthesise(part, item, START, STOP)
        assert found.shape == (len(STEMS), 2, STOP - START)
        wanted = np.broadcast_to(one.mix[:, START:STOP], found.shape)
        np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("domain", SPECS)
def test_only_the_chosen_stems_become_estimates(domain: str) -> None:
    frames = make_estimates(SPECS[domain], [window()])
    answer = np.full((len(STEMS), *frames.mix.shape[1:]), 0.5, np.float32)
    frames.to_estimates(answer, np.array([True, False, False, True]), 0)
    assert (answer[1:3] == 0.5).all()
    scaled = frames.mix[0] * np.float32(0.5) if domain == "stft" else np.float32(0.5)
    assert (answer[[0, 3]] == scaled).all()


@pytest.mark.parametrize("domain", SPECS)
def test_known_stems_are_analysed_as_the_mix_is(domain: str) -> None:
    here = window()
    frames = make_estimates(SPECS[domain], [here])
    assert np.array_equal(frames.analyse(here.mix[None], 0)[0], frames.mix[0])


def test_needed_is_a_view_of_no_more_than_reaches_there() -> None:
    frames = make_estimates(SPECS["stft"], [window()])
    estimate = np.zeros((len(STEMS), *frames.mix.shape[1:]), np.float32)
    part = frames.needed(estimate, 0, START, STOP)
    assert np.shares_memory(part, estimate)
    assert part.shape[-1] < estimate.shape[-1] == SIZE // 32 + 1


def test_a_cache_changes_no_bit() -> None:
    here = window()
    cached = replace(here, frame_caches=(FrameCache(), FrameCache()))
    with_cache, without = (make_estimates(SPECS["stft"], [one]) for one in (cached, here))
    assert np.array_equal(with_cache.mix, without.mix)
    again = make_estimates(SPECS["stft"], [cached])
    assert np.array_equal(again.mix, without.mix)


def test_silence_has_no_phase_to_divide_by() -> None:
    here = replace(window(), mix=np.zeros((2, SIZE), np.float32))
    frames = make_estimates(SPECS["stft"], [here])
    answer = np.ones((len(STEMS), *frames.mix.shape[1:]), np.float32)
    part = frames.needed(answer, 0, START, STOP)
    assert np.isfinite(frames.synthesise(part, 0, START, STOP)).all()


def test_a_follower_is_asked_once_for_a_window() -> None:
    """Each asking moves it: samples and spectra of a hybrid graph are at one level."""

    class Counting(Follower):
        asked = 0

        def gains(self, *what: Any) -> Gains:
            self.asked += 1
            return super().gains(*what)

    follower = Counting()
    make_frames(replace(OTHERS["hybrid"], level_db=-20.0), [replace(window(), follower=follower)])
    assert follower.asked == 1


def test_a_single_part_is_not_copied() -> None:
    part = np.zeros((2, 3), np.float32)
    assert np.shares_memory(stacked([part]), part)
    assert stacked([part, part]).shape == (2, 2, 3)

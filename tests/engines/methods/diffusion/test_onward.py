"""engines.methods.diffusion.onward: pieces of any length, with a prior that is known."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.generating import Generation
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.onward import Cuts, onward
from engines.methods.diffusion.prior import NEGATIVE_PROMPTS, Guidance
from engines.methods.diffusion.settings import Sampling
from engines.types import Audio
from tests.rigs.oracle import STEMS, Oracle, Song, make_song

WINDOW, OVERLAP, FADE = 2048, 1024, 256
CUTS = Cuts(3500, WINDOW, OVERLAP, FADE)
_SONG = make_song(1, WINDOW)
EVEN = Song(np.repeat(_SONG.powers.mean(axis=1, keepdims=True), _SONG.powers.shape[1], axis=1),
            _SONG.stems)  # fmt: skip
"""A prior of music that is the same everywhere, so that any window will do."""
SAMPLING = Sampling(Levels(40, 2.0), Generation((("bass",),)).sampling.solver)
BASS = Generation((("bass",),), sampling=SAMPLING)
ADDED = Generation((("bass",),), (("drums",),), sampling=SAMPLING)


class Given:
    """Noise as a given stem, which counts what is taken of it."""

    def __init__(self, rows: int) -> None:
        rng = np.random.default_rng(5)
        self.audio = 0.05 * rng.standard_normal((rows, 1, 40000)).astype(np.float32)
        self.at = 0

    def take(self, count: int) -> Audio:
        self.at += count
        return self.audio[..., self.at - count : self.at]


@lru_cache
def run(settings: Generation, cuts: Cuts = CUTS, seed: int = 0) -> Audio:
    given = Given(len(settings.given))
    pieces = onward(Oracle(EVEN), STEMS, cuts, (1, seed), settings, given.take)
    return np.concatenate(list(pieces), axis=-1)


def jump(audio: Audio, at: int) -> float:
    """The step at a sample, beside the usual one from sample to sample."""
    steps = np.abs(np.diff(audio.ravel()))
    return float(steps[at - 1] / np.sqrt(np.mean(np.square(steps))))


def test_a_piece_has_its_length_and_begins_as_a_shorter_one() -> None:
    found = run(BASS)
    assert found.shape == (1, 1, 3500) and found.dtype == np.float32
    assert np.array_equal(run(BASS, replace(CUTS, samples=2500)), found[..., :2500])
    assert np.array_equal(run(BASS, replace(CUTS, samples=100)), found[..., :100])


def test_windows_go_on_where_the_last_one_ended() -> None:
    """No step at the seam, as there is between windows that do not know of each other."""
    found = run(BASS)
    apart = np.concatenate([found[..., : CUTS.first], run(BASS, seed=1)], axis=-1)
    for seam in (CUTS.first, WINDOW, CUTS.first + CUTS.hop):
        assert jump(found, seam) < 3
    assert jump(apart, CUTS.first) > 6


def test_what_is_given_is_taken_once_and_in_order() -> None:
    given = Given(1)
    list(onward(Oracle(EVEN), STEMS, CUTS, (1, 0), ADDED, given.take))
    assert given.at == WINDOW + 2 * CUTS.hop


def test_a_window_hears_what_the_last_one_has_made() -> None:
    """What it holds of it comes out of the network's window as it went in."""
    heard: list[Audio] = []

    def denoise(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        heard.append(noisy[0, :, : OVERLAP - FADE])
        return Oracle(EVEN)(noisy, sigma, labels)

    found = np.concatenate(list(onward(denoise, STEMS, CUTS, (1, 0), BASS, Given(0).take)), -1)
    past = found[0, :, CUTS.hop : CUTS.hop + OVERLAP - FADE]
    np.testing.assert_allclose(heard[2 * 80 - 1], past, atol=0.01)
    assert np.abs(heard[80] - past).std() > 1


def test_progress_is_told_of_all_windows_and_false_ends_one() -> None:
    told: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        told.append((done, steps))
        return not 0 <= done - 40 < 10

    pieces = list(onward(Oracle(EVEN), STEMS, CUTS, (1, 0), BASS, Given(0).take, proceed))
    assert sum(one.shape[-1] for one in pieces) == 3500
    assert told[-1] == (120, 120) and {steps for _, steps in told} == {120}
    assert len(told) == 40 + 1 + 40  # the second window has ended after its first step


def test_guidance_and_negative_prompts_go_on() -> None:
    guided = Sampling(Levels(60, 2.0), SAMPLING.solver, Guidance(1.5, NEGATIVE_PROMPTS))
    short = replace(CUTS, samples=2000)
    found = run(Generation((("bass",),), sampling=guided), short)
    assert np.isfinite(found).all() and not np.array_equal(found, run(BASS)[..., :2000])


@pytest.mark.parametrize(
    ("samples", "count"), [(1, 1), (1792, 1), (1793, 2), (1792 + 1024, 2), (3500, 3)]
)
def test_how_many_windows_there_are(samples: int, count: int) -> None:
    assert replace(CUTS, samples=samples).count == count


@pytest.mark.parametrize("cuts", [(0, 10, 5, 1), (5, 10, 0, 0), (5, 10, 5, 5), (5, 10, 10, 1)])
def test_cuts_that_cannot_be_are_refused(cuts: tuple[int, int, int, int]) -> None:
    with pytest.raises(SettingsError):
        Cuts(*cuts)

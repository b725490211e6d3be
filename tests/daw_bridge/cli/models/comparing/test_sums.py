"""Sums of products: the same figures as from the whole signals, however they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from daw_bridge.cli.models.comparing.sums import MOST_DB, Row, Sums

Array = NDArray[np.float32]
TRUE, GUESS, MORE, QUIET = (Row("true", name) for name in ("one", "two", "three", "four"))


def signals(frames: int = 5000) -> Array:
    """Four of stereo: a stem, a guess at it, another stem, and one at -80 dBFS."""
    rng = np.random.default_rng(1)
    true, error, more, quiet = rng.standard_normal((4, 2, frames)) * 0.1
    return np.stack([true, 0.8 * true + 0.3 * error, more, 1e-3 * quiet]).astype(np.float32)


def summed(audio: Array, cuts: Sequence[int] = ()) -> Sums:
    sums = Sums((TRUE, GUESS, MORE, QUIET))
    for part in np.split(audio, cuts, axis=-1):
        sums.add(part)
    return sums


def sdr_db(true: Array, guess: Array) -> float:
    true, guess = true.astype(float), guess.astype(float)
    return float(10 * np.log10((true**2).sum() / ((true - guess) ** 2).sum()))


@pytest.mark.parametrize("cuts", [(), (1,), (700, 701, 4999), range(100, 5000, 100)])
def test_sdr_and_shares_in_any_blocks(cuts: Sequence[int]) -> None:
    audio = signals()
    sums = summed(audio, cuts)
    assert sums.sdr_db([TRUE], [GUESS]) == pytest.approx(sdr_db(audio[0], audio[1]), abs=1e-6)
    both = audio[0] + audio[2]
    wanted = sdr_db(both, audio[1] + audio[3])
    assert sums.sdr_db([TRUE, MORE], [GUESS, QUIET]) == pytest.approx(wanted, abs=1e-4)
    share = (audio[1].astype(float) ** 2).sum() / (audio[0].astype(float) ** 2).sum()
    assert sums.share([GUESS], [TRUE]) == pytest.approx(share)


def test_nothing_is_measured_against_silence() -> None:
    sums = summed(signals())
    assert sums.silent([QUIET]) and not sums.silent([TRUE])
    assert sums.sdr_db([QUIET], [TRUE]) is None
    assert sums.share([TRUE], [QUIET]) is None
    assert sums.leakage([TRUE], [QUIET], [MORE]) is None
    assert sums.sdr_db([TRUE], [QUIET]) == pytest.approx(0.0, abs=0.01)
    assert Sums([TRUE]).silent([TRUE])


@pytest.mark.parametrize(("dbfs", "silent"), [(-59.9, False), (-60.1, True)])
def test_silence_begins_below_60_dbfs(dbfs: float, silent: bool) -> None:
    sums = Sums([TRUE])
    sums.add(np.full((1, 2, 1000), 10 ** (dbfs / 20), np.float32))
    assert sums.silent([TRUE]) == silent


def test_the_same_signal_has_the_most() -> None:
    sums = summed(signals())
    assert sums.sdr_db([TRUE], [TRUE]) == pytest.approx(MOST_DB)
    assert sums.sdr_db([TRUE, MORE], [MORE, TRUE]) == pytest.approx(MOST_DB)


def test_leakage_is_what_the_other_stem_adds_to_a_fit() -> None:
    """Against least squares with the signals themselves, where stems are alike in part."""
    rng = np.random.default_rng(2)
    own, noise, rest = rng.standard_normal((3, 2, 4000)) * 0.1
    other = 0.6 * noise + 0.4 * own
    stem = 0.9 * own + 0.25 * noise + 0.1 * rest
    audio = np.stack([own, stem, other, rest]).astype(np.float32)
    sums = summed(audio, (1234,))
    flat = audio.astype(float).reshape(4, -1)

    def explained(rows: list[int]) -> float:
        gains = np.linalg.lstsq(flat[rows].T, flat[1], rcond=None)[0]
        return float(((gains @ flat[rows]) ** 2).sum())

    wanted = (explained([0, 2]) - explained([0])) / float((flat[1] ** 2).sum())
    assert sums.leakage([GUESS], [TRUE], [MORE]) == pytest.approx(wanted, rel=1e-6)
    assert wanted == pytest.approx(0.25**2 / (0.9**2 + 0.25**2 + 0.1**2), rel=0.05)


def test_a_stem_that_is_the_other_models_own_leaks_nothing() -> None:
    sums = summed(signals())
    assert sums.leakage([TRUE], [TRUE], [MORE]) == pytest.approx(0.0, abs=1e-12)
    assert sums.leakage([TRUE], [MORE], [MORE]) is None, "own and other are one signal"

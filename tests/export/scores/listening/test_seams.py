"""Seams of stems of which it is known what their joins add."""

from __future__ import annotations

import numpy as np
import pytest

from export.scores.listening.seams import FLOOR_DB, joins, seam

RATE_HZ, SAMPLES, HOP, CROSSFADE = 8000, 40_000, 2000, 200


def test_joins_are_crossfades_with_their_surroundings() -> None:
    at = joins(SAMPLES, HOP, CROSSFADE, RATE_HZ)
    edges = np.flatnonzero(np.diff(at.astype(int)))
    assert edges[:2].tolist() == [HOP - 40 - 1, HOP + CROSSFADE + 40 - 1]
    assert len(edges) == 2 * (SAMPLES // HOP - 1), "the first window joins nothing"
    moved = joins(SAMPLES, HOP, CROSSFADE, RATE_HZ, HOP // 2)
    assert np.array_equal(moved[:-HOP], np.roll(at, -HOP // 2)[:-HOP])
    assert not joins(SAMPLES, SAMPLES, 0, RATE_HZ).any()


@pytest.mark.parametrize("extra_db", [0.0, 20.0])
def test_what_joins_add_is_found(extra_db: float) -> None:
    rng = np.random.default_rng(0)
    mix = rng.standard_normal((2, SAMPLES)) * np.linspace(0.01, 1, SAMPLES)
    at = joins(SAMPLES, HOP, CROSSFADE, RATE_HZ)
    error = mix * 10 ** (np.where(at, extra_db - 60, -60) / 20)
    found = seam(mix / 2 + error, mix / 2, mix, at)
    assert found is not None
    assert found.at_db == pytest.approx(extra_db - 60, abs=0.01)
    assert found.over_db == pytest.approx(extra_db, abs=0.01)


def test_equal_stems_have_none() -> None:
    mix = np.random.default_rng(0).standard_normal((2, SAMPLES))
    at = joins(SAMPLES, HOP, CROSSFADE, RATE_HZ)
    found = seam(mix, mix, mix, at)
    assert found is not None and (found.at_db, found.over_db) == (FLOOR_DB, 0)
    assert seam(mix, mix, mix, np.zeros(SAMPLES, np.bool_)) is None
    everywhere = seam(mix, 0 * mix, mix, np.arange(SAMPLES) > SAMPLES // 20)
    assert everywhere is not None and everywhere.over_db is None
    assert everywhere.at_db == pytest.approx(0)

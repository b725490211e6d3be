"""Medians, means, intervals, paired gains, seeds."""

from __future__ import annotations

import numpy as np
import pytest

from export.scores.evaluation.summary import over_seeds, paired, seed_spread, summarise


def test_of_a_normal_sample_the_interval_is_as_it_should_be() -> None:
    rng = np.random.default_rng(1)
    values = {(str(n), str(n)): float(v) for n, v in enumerate(rng.normal(3, 2, 400))}
    found = summarise(values)
    assert found is not None
    sample = np.array(list(values.values()))
    assert found.mean == pytest.approx(sample.mean()) and found.median == np.median(sample)
    half = 1.96 * sample.std() / 20
    assert found.mean_low == pytest.approx(found.mean - half, abs=0.05)
    assert found.mean_high == pytest.approx(found.mean + half, abs=0.05)
    assert found.median_low < found.median < found.median_high
    assert (found.clips, found.songs) == (400, 400)


def test_windows_of_a_song_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(2)
    songs = rng.normal(0, 1, 20)
    alone = summarise({(str(n), "1"): float(v) for n, v in enumerate(songs)})
    often = {(str(n), str(w)): float(v) for n, v in enumerate(songs) for w in range(9)}
    many = summarise(often)
    free = summarise({(f"{song} {clip}", clip): v for (song, clip), v in often.items()})
    assert alone and many and free
    assert (many.clips, many.songs) == (180, 20)
    assert (many.mean_low, many.mean_high) == pytest.approx((alone.mean_low, alone.mean_high))
    assert free.mean_high - free.mean_low < 0.5 * (many.mean_high - many.mean_low)


def test_songs_may_have_different_numbers_of_windows() -> None:
    values = {(str(song), str(w)): float(song) for song in range(6) for w in range(song + 1)}
    found = summarise(values)
    assert found is not None
    assert found.clips == 21 and found.songs == 6
    assert found.mean == pytest.approx(np.mean(list(values.values())))
    assert np.isfinite([found.mean_low, found.median_low, found.median_high]).all()


def test_few_songs_and_single_clips() -> None:
    assert summarise({}) is None
    one = summarise({("a", "1"): 2.0})
    assert one is not None
    assert one.as_json()["mean_low"] is None and one.mean == one.median == 2.0
    few = summarise({("a", str(n)): float(n) for n in range(9)})  # a song alone: over its clips
    assert few is not None
    assert few.mean_low is not None and 1 < few.mean_low < 4 < few.mean_high < 7


def test_pairs_and_seeds() -> None:
    first, second = {("a", "1"): 1.0, ("b", "1"): 3.0}, {("a", "1"): 2.0, ("c", "1"): 9.0}
    assert paired(first, second) == {("a", "1"): -1.0}
    assert over_seeds([first, second]) == {("a", "1"): 1.5}
    assert seed_spread([first]) is None
    assert seed_spread([first, {("z", "1"): 0.0}]) is None
    both = [{("a", "1"): 0.0, ("b", "1"): 0.0}, {("a", "1"): 2.0, ("b", "1"): -2.0}]
    # Each clip's seeds are sqrt(2) apart from their mean, the means over clips are equal.
    assert seed_spread(both) == {"of_means": 0.0, "of_clips": pytest.approx(2**0.5, abs=1e-3)}

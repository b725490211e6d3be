"""All songs together: medians, paired differences, intervals, verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.cli.models.comparing.figures import Beside, Scored, SongFigures
from daw_bridge.cli.models.comparing.summary import Difference, difference, summary


def song(
    name: str, *scored: Scored, beside: tuple[Beside, ...] = (), **shares: float
) -> SongFigures:
    both = {"a": {"drums": 0.5, **shares}, "b": {"drums": 0.25}}
    return SongFigures(name, 10.0, {"a": 2.0, "b": 1.0}, scored, beside, both)


def test_medians_and_paired_means() -> None:
    found = summary(
        [
            song("one", Scored("all but drums", 1.0, 0.0), Scored("drums", 5.0, 4.0)),
            song("two", Scored("drums", 7.0, 3.0), Scored("bass", None, 2.0)),
            song("three", Scored("drums", 9.0, None)),
            song("four"),
        ]
    )
    assert (found.songs, found.with_truth, found.seconds) == (4, 3, 40.0)
    assert found.computing == {"a": 8.0, "b": 4.0}
    assert [one.stem for one in found.scores] == ["drums", "bass", "all but drums"]
    drums, bass, rest = found.scores
    assert (drums.songs, drums.a, drums.b) == (3, 7.0, 3.5)
    assert drums.difference and (drums.difference.songs, drums.difference.mean) == (2, 2.5)
    assert (bass.songs, bass.a, bass.b, bass.difference) == (1, None, 2.0, None)
    assert rest.difference == Difference(1, 1.0, None, None)


def test_the_interval_is_a_bootstrap_of_the_mean() -> None:
    values = np.random.default_rng(5).normal(0.4, 1.0, 200)
    found = difference(list(values))
    assert found == difference(list(values)), "seeded"
    assert found and found.low is not None and found.high is not None
    half = 1.96 * values.std() / np.sqrt(200)
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.02)
    assert found.high == pytest.approx(values.mean() + half, abs=0.02)
    assert difference([]) is None


@pytest.mark.parametrize(
    ("values", "better"),
    [([1.0, 2.0, 1.5, 1.2, 0.8], "a"), ([-1.0, -2.0, -1.5, -1.2, -0.8], "b"),
     ([1.0, -2.0, 1.5, -1.2, 0.8], ""), ([1.0, 2.0, 1.5, 1.2], "")],
)  # fmt: skip
def test_a_verdict_needs_five_songs_and_an_interval_beside_zero(
    values: list[float], better: str
) -> None:
    found = difference(values)
    assert found and found.better == better


def test_without_truth_the_largest_leakage_is_named() -> None:
    def one(name: str, bass: float, vocals: float) -> SongFigures:
        beside = Beside("drums", 6.0, {"bass": bass, "vocals": vocals}, {})
        return song(name, beside=(beside,), residual=0.1, piano=0.2)

    found = summary([one("x", 0.1, 0.0), one("y", 0.1, 0.9), one("z", 0.3, 0.02)])
    assert [row.stem for row in found.beside] == ["drums", "piano", "residual"]
    drums, piano, _ = found.beside
    assert (drums.agreement_db, drums.a_share, drums.b_share) == (6.0, 0.5, 0.25)
    assert drums.a_leakage == ("bass", 0.1) and drums.b_leakage is None
    assert (piano.a_share, piano.b_share, piano.agreement_db) == (0.2, None, None)

"""A song's figures: which signals are held against which."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from daw_bridge.cli.models.comparing.figures import beside, is_same, mix_db, scores, shares
from daw_bridge.cli.models.comparing.sums import Row, Sums

Array = NDArray[np.float64]
FOUR = ("drums", "bass", "other", "vocals")


def sdr_db(true: Array, guess: Array) -> float:
    return float(10 * np.log10((true**2).sum() / ((true - guess) ** 2).sum()))


def song(
    true: tuple[str, ...], a: tuple[str, ...], b: tuple[str, ...], silent: str = ""
) -> tuple[Sums, dict[Row, Array]]:
    """Noise for each signal; the mix is the sum of the true ones, and of each model's."""
    rng = np.random.default_rng(3)
    every = {Row("true", name): rng.standard_normal((2, 3000)) * 0.1 * (name != silent)
             for name in true}  # fmt: skip
    mix = sum(every.values()) if true else rng.standard_normal((2, 3000)) * 0.1
    every = {Row("mix", ""): mix} | every
    for whose, stems in (("a", a), ("b", b)):
        for stem in stems:
            every[Row(whose, stem)] = 0.2 * mix + 0.05 * rng.standard_normal((2, 3000))
        rest = mix - sum(every[Row(whose, stem)] for stem in stems)
        every[Row(whose, "residual")] = rest
    sums = Sums(tuple(every))
    sums.add(np.stack([*every.values()]).astype(np.float32))
    return sums, every


def test_four_stems_beside_two() -> None:
    sums, every = song(FOUR, FOUR, ("vocals", "accompaniment"))
    found = {one.stem: one for one in scores(sums)}
    assert [*found] == [*FOUR, "all but vocals"]
    for stem in FOUR:
        assert found[stem].a == pytest.approx(
            sdr_db(every[Row("true", stem)], every[Row("a", stem)]), abs=1e-4
        )
    vocals = every[Row("true", "vocals")]
    assert found["vocals"].b == pytest.approx(sdr_db(vocals, every[Row("b", "vocals")]), abs=1e-4)
    assert found["drums"].b is None and found["other"].b is None
    rest = every[Row("mix", "")] - vocals
    for whose, value in (("a", found["all but vocals"].a), ("b", found["all but vocals"].b)):
        guess = every[Row("mix", "")] - every[Row(whose, "vocals")]
        assert value == pytest.approx(sdr_db(rest, guess), abs=1e-4)


def test_equal_stems_have_no_rest() -> None:
    sums, _ = song(FOUR, FOUR, FOUR)
    assert [one.stem for one in scores(sums)] == [*FOUR]


def test_a_stem_that_nobody_names_is_in_the_rest_only() -> None:
    sums, _ = song((*FOUR, "gong"), ("drums", "bass"), ("drums", "bass"))
    assert [one.stem for one in scores(sums)] == ["drums", "bass", "all but drums, bass"]


def test_silent_true_stems_are_left_out() -> None:
    sums, _ = song(FOUR, FOUR, FOUR, silent="bass")
    assert [one.stem for one in scores(sums)] == ["drums", "other", "vocals"]
    sums, _ = song(("drums", "gong"), ("drums",), ("drums",), silent="gong")
    assert [one.stem for one in scores(sums)] == ["drums"]


def test_other_is_the_same_only_beside_the_same() -> None:
    assert is_same("other", FOUR, FOUR[::-1]) and is_same("drums", FOUR, ("drums",))
    assert not is_same("other", FOUR, ("drums", "bass", "guitar", "other"))
    assert not is_same("residual", ("residual",), ("residual",))
    assert not is_same("drums", FOUR, ("bass",))
    sums, _ = song(FOUR, FOUR, ("drums", "bass", "guitar", "other"))
    found = {one.stem: one for one in scores(sums)}
    assert found["other"].a is not None and found["other"].b is None
    assert "all but drums, bass" in found
    assert [one.stem for one in beside(sums)] == ["drums", "bass"]


def test_beside_each_other_without_truth() -> None:
    sums, every = song((), FOUR, ("drums", "vocals"))
    assert scores(sums) == () and mix_db(sums) is None
    found = {one.stem: one for one in beside(sums)}
    assert [*found] == ["drums", "vocals"]
    drums = found["drums"]
    wanted = sdr_db(every[Row("b", "drums")], every[Row("a", "drums")])
    assert drums.agreement_db == pytest.approx(wanted, abs=1e-4)
    assert [*drums.a_leakage] == ["vocals"] and [*drums.b_leakage] == ["bass", "other", "vocals"]
    got = shares(sums)
    assert [*got["a"]] == [*FOUR, "residual"]
    whole = (every[Row("mix", "")] ** 2).sum()
    for row, signal in every.items():
        if row.whose in got:
            assert got[row.whose][row.stem] == pytest.approx((signal**2).sum() / whole, rel=1e-5)


def test_whether_the_mix_is_the_sum() -> None:
    sums, _ = song(FOUR, FOUR, FOUR)
    likeness = mix_db(sums)
    assert likeness is not None and likeness > 100

"""Medians, gains over the best trivial answer and their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from export.scores.musdb.summary import figures, interval, markdown, summarise


def clip(ours: float | None, mix: float, part: float) -> dict:
    def scores(value: float | None) -> dict:
        return {"museval": value, "sdr": value, "si_sdri": None if value is None else 1.0}

    return {
        "offline N=1": {"other": scores(ours), "other + residual": scores(ours)},
        "mix": {"other": scores(mix)},
        "silence": {"other": {"museval": part, "sdr": part, "si_sdri": None}},
    }


CLIPS = [clip(5.0, 1.0, 0.0), clip(3.0, 2.0, 0.0), clip(4.0, -3.0, 0.0), clip(None, 9.0, 0.0)]


def test_gain_is_paired_with_the_best_trivial_answer() -> None:
    rows = summarise(CLIPS, ["offline N=1"], ["mix", "silence"])
    plain = {row.stem: row for row in rows if row.metric == "sdr"}["other"]
    assert (plain.clips, plain.median) == (3, 4.0), "the clip without the stem is left out"
    assert (plain.baseline, plain.baseline_median) == ("mix", 1.0)
    assert plain.gain == np.median([4.0, 1.0, 7.0])
    assert plain.strict_gain == np.median([4.0, 1.0, 4.0])
    assert plain.low == 1.0 and plain.high == 7.0
    assert [row.metric for row in rows if row.stem == "other + residual"] == [
        "museval", "sdr", "si_sdri",
    ]  # fmt: skip


def test_an_undefined_answer_is_no_candidate() -> None:
    rows = summarise(CLIPS, ["offline N=1"], ["silence", "mix"])
    improvement = next(row for row in rows if row.metric == "si_sdri")
    assert improvement.baseline == "mix"


def test_interval_shrinks_with_clips_and_repeats() -> None:
    rng = np.random.default_rng(0)
    few, many = rng.normal(2, 1, 10), rng.normal(2, 1, 1000)
    low, high = interval(few)
    assert (low, high) == interval(few)
    assert low < np.median(few) < high
    assert np.subtract(*interval(many)[::-1]) < (high - low) / 3


def test_table() -> None:
    table = figures(summarise(CLIPS, ["offline N=1"], ["mix", "silence"]))
    assert [row[1] for row in table] == ["stem", "other", "other + residual"]
    lines = markdown(table).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert "| 4.00 |" in lines[2] and "mix" in lines[2]


@pytest.mark.parametrize("value", [None, 1.5, "x"])
def test_cells(value: object) -> None:
    assert markdown([["a"], [value]]).endswith(
        {None: "| - |", 1.5: "| 1.50 |", "x": "| x |"}[value]
    )

"""Medians, gains over the best trivial answer and their intervals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.scores.evaluation.over_trivial import OverTrivial, card_rows, interval, over_trivial
from export.scores.evaluation.results import Results
from export.scores.evaluation.rows import WITH_RESIDUAL
from export.scores.evaluation.sets import Place
from export.scores.evaluation.systems import Exported, PeerRun, Run, System
from export.scores.evaluation.text import markdown_table
from export.scores.evaluation.work import Result

RUN = Run(Exported("net", Path("net.onnx")), 1)
MORE = f"other{WITH_RESIDUAL}"
#: SDR of the run, the mix and silence, by clip; the run's stem is silent in the last.
SCORES = [(5.0, 1.0, 0.0), (3.0, 2.0, 0.0), (4.0, -3.0, 0.0), (None, 9.0, 0.0)]


def result(clip: int, system: System, values: dict[str, float | None]) -> Result:
    """SDR by row; SI-SDRi is 1 where there is one, and silence has none."""
    silent = isinstance(system, PeerRun) and system.name == "silence"
    rows = {
        row: {"museval": value, "sdr": value, "si_sdri": None if silent or value is None else 1.0}
        for row, value in values.items()
    }
    place = Place(Path(f"song {clip}"), 0, 0.0, None, ("bass", "other"))
    return Result(system, place, 0.0, 0.0, rows)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[OverTrivial]:
    spec = type("Spec", (), {"stems": ("other", "bass")})
    monkeypatch.setattr(Exported, "spec", spec)
    monkeypatch.setattr(Run, "rows", lambda self, truth: (("other",),))
    results = []
    for clip, (ours, mix, silence) in enumerate(SCORES):
        results += [
            result(clip, RUN, {"other": ours, MORE: ours}),
            result(clip, PeerRun("mix"), {"other": mix}),
            result(clip, PeerRun("silence"), {"other": silence}),
        ]
    names = {RUN.name: "offline N=1"}
    return over_trivial(Results(results), [RUN], names, ("silence", "mix", "hpss"))


def test_gain_is_paired_with_the_best_trivial_answer(found: list[OverTrivial]) -> None:
    plain = {one.row: one for one in found if one.metric == "sdr"}
    ours = plain["other"]
    assert (ours.system, ours.clips, ours.median) == ("offline N=1", 3, 4.0)
    assert (ours.best, ours.best_median) == ("mix", 1.0)
    assert ours.gain == np.median([4.0, 1.0, 7.0])
    assert ours.strict_gain == np.median([4.0, 1.0, 4.0])
    assert ours.low == 1.0 and ours.high == 7.0
    assert plain[MORE].gain == ours.gain, "it is held against the answers for the stem itself"
    assert [one.metric for one in found if one.row == MORE] == ["museval", "sdr", "si_sdri"]


def test_an_undefined_answer_is_no_candidate(found: list[OverTrivial]) -> None:
    improvement = next(one for one in found if one.metric == "si_sdri")
    assert improvement.best == "mix"


def test_interval_shrinks_with_clips_and_repeats() -> None:
    rng = np.random.default_rng(0)
    few, many = rng.normal(2, 1, 10), rng.normal(2, 1, 1000)
    low, high = interval(few)
    assert (low, high) == interval(few)
    assert low < np.median(few) < high
    assert np.subtract(*interval(many)[::-1]) < (high - low) / 3


def test_rows_of_a_card(found: list[OverTrivial]) -> None:
    table = card_rows(found, 4)
    assert [row[1] for row in table] == ["stem", "other", MORE]
    assert table[1] == ["offline N=1", "other", 4.0, 4.0, 1.0, "mix", 1.0, 4.0, 1.0, 7.0]
    lines = markdown_table(table).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert "| 4.00 |" in lines[2] and "mix" in lines[2]


@pytest.mark.parametrize(("value", "cell"), [(None, "-"), (1.5, "1.50"), ("x", "x")])
def test_cells(value: str | float | None, cell: str) -> None:
    assert markdown_table([["a"], [value]]).endswith(f"| {cell} |")

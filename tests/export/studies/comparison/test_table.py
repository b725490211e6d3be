"""The comparison's table."""

from typing import Any

from export.studies.comparison.table import above, markdown, scores


def summary() -> list[dict[str, Any]]:
    rows = []
    for stem, median in (("drums", 3.0), ("bass", 0.5), ("bass + residual", 9.0)):
        for metric in ("museval", "sdr", "si_sdri"):
            rows.append(
                {"system": "offline N=1", "row": stem, "metric": metric, "median": median,
                 "best_median": 1.0, "gain": median - 1, "low": 0.0, "high": 4.0}
            )  # fmt: skip
    return rows


def test_scores_leave_out_what_is_no_stem() -> None:
    found = scores(summary())
    assert set(found) == {"offline N=1"}
    assert set(found["offline N=1"]) == {"drums", "bass"}
    assert set(found["offline N=1"]["drums"]) == {"museval", "sdr"}
    assert above(found["offline N=1"]) == ["drums"]


def test_a_stem_must_win_in_both_metrics() -> None:
    found = scores(summary())["offline N=1"]
    found["drums"]["sdr"]["median"] = 0.9
    assert above(found) == []


def test_markdown_holds_the_numbers_and_the_failures() -> None:
    found = scores(summary())
    row = {
        "name": "net", "parameters": 12345, "step_s": 0.5, "graph_s": {"1": 0.0123},
        "engine_s": {"offline N=1": 0.25}, "scores": found,
        "above": {"offline N=1": ["drums"]},
    }  # fmt: skip
    text = markdown([row, {"name": "bad", "error": "no such loss"}], ["drums", "bass", "vocals"])
    lines = text.splitlines()
    line = next(line for line in lines if line.startswith("| net | offline N=1 | 12,345"))
    assert line == (
        "| net | offline N=1 | 12,345 | 0.50 | 0.0123 | 0.250 | 3.00 | 0.50 | - | 1.75 | 1 of 2 |"
    )
    assert any(line.startswith("| best of mix, mix/S, silence |") for line in lines)
    assert "- bad: no such loss" in lines
    assert text.count("| net |") == 2
    assert "bad" in markdown([{"name": "bad", "error": "x"}], ["drums"])

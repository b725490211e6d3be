"""The plots can be read."""

from __future__ import annotations

from itertools import pairwise

from export.scores.evaluation.plots import curve

STEPS = [1, 4, 16, 64, 128, 256, 512]


def test_no_label_of_a_step_lies_over_the_next() -> None:
    line = {
        "mean": [1.0] * 7, "low": [0.5] * 7, "high": [1.5] * 7, "seed_spread": [None] * 7,
        "baseline": 0.8,
    }  # fmt: skip
    rows = dict.fromkeys(("bass", "drums", "guitar", "piano", "all"), line)
    figure = curve("model", {"steps": STEPS, "rows": rows})
    figure.draw_without_rendering()
    for panel in figure.axes:
        boxes = [label.get_window_extent() for label in panel.get_xticklabels()]
        assert [label.get_text() for label in panel.get_xticklabels()] == list(map(str, STEPS))
        assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))

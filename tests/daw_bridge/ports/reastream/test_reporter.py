"""ports.reastream.reporter: one error a second at most, of what is new."""

from __future__ import annotations

from daw_bridge.errors import Discontinuity, NoDevice
from daw_bridge.ports.reastream.loss import NO_LOSS, LossCounts
from daw_bridge.ports.reastream.reporter import REPORT_S, Reporter


def test_nothing_lost_nothing_reported() -> None:
    reporter = Reporter(5.0)
    assert reporter.due(NO_LOSS, 5.0) is None and reporter.due(NO_LOSS, 100.0) is None


def test_losses_are_summed_up_over_a_second() -> None:
    reporter = Reporter(5.0)
    first = reporter.due(LossCounts(1, 150), 5.0)  # the first is reported at once
    assert isinstance(first, Discontinuity)
    assert first.seen == "150 samples missing and 0 too many in 1 places"
    assert reporter.due(LossCounts(2, 300), 5.0 + 0.9 * REPORT_S) is None
    second = reporter.due(LossCounts(3, 300, 62), 5.0 + REPORT_S)
    assert second is not None and second.seen == "150 samples missing and 62 too many in 2 places"
    assert reporter.due(LossCounts(3, 300, 62), 5.0 + 9 * REPORT_S) is None


def test_a_problem_goes_before_losses_and_only_the_newest_is_kept() -> None:
    reporter, newest = Reporter(5.0), NoDevice("b", "c", "d")
    reporter.note(NoDevice("a", "c", "d"))
    reporter.note(newest)
    assert reporter.due(LossCounts(1, 150), 5.0) is newest
    assert reporter.due(LossCounts(1, 150), 5.0 + REPORT_S) is None

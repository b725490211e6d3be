"""At most one error a second, for all that has gone wrong with the packets since the last."""

from __future__ import annotations

from daw_bridge.errors import BridgeError, Discontinuity
from daw_bridge.ports.reastream.loss import NO_LOSS, LossCounts

REPORT_S = 1.0


class Reporter:
    """Takes what is counted and what is refused. Times in seconds, from any clock."""

    def __init__(self, now_s: float) -> None:
        self._reported_s, self._reported = now_s - REPORT_S, NO_LOSS
        self._problem: BridgeError | None = None

    def note(self, problem: BridgeError) -> None:
        """To be reported next; of several only the newest."""
        self._problem = problem

    def due(self, counts: LossCounts, now_s: float) -> BridgeError | None:
        """What is to be reported now, if anything; it counts as reported then."""
        if now_s - self._reported_s < REPORT_S:
            return None
        if counts == self._reported and self._problem is None:
            return None
        problem, self._problem = self._problem, None
        if problem is None:
            problem = _discontinuity(counts, self._reported)
        self._reported_s, self._reported = now_s, counts
        return problem


def _discontinuity(now: LossCounts, before: LossCounts) -> Discontinuity:
    places = now.discontinuities - before.discontinuities
    missing = now.shortfall_samples - before.shortfall_samples
    excess = now.excess_samples - before.excess_samples
    return Discontinuity(
        f"{missing} samples missing and {excess} too many in {places} places",
        "as many as the sender's clock says",
        "Silence was inserted, samples were left out, and the rest is in its place again. If it "
        "goes on, choose a larger --reastream-buffer, or a better network.",
    )

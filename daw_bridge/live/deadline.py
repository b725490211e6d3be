"""How long windows take, and how many steps fit a deadline."""

from __future__ import annotations

MAX_STEPS = 512
OF_TIME_LEFT = 0.75
"""Share of the time until the deadline that is planned for; the rest is a reserve."""

_FORGET = 0.1  # of the old estimate per window, once runs are faster than it
_LOAD_HOPS = 8


class Deadline:
    """Measures windows and chooses steps. `refines`: whether more than one step helps."""

    def __init__(self, hop_s: float, refines: bool) -> None:
        self._hop_s, self._refines = hop_s, refines
        self.call_s = 0.0
        self.load = 0.0

    def steps(self, share: float, left_s: float) -> int:
        """Steps that fit `share` of a hop and OF_TIME_LEFT of the time left; at least 1."""
        if not self._refines or self.call_s <= 0.0:
            return 1
        fit = min(share * self._hop_s, OF_TIME_LEFT * left_s) / self.call_s
        return max(1, min(MAX_STEPS, int(fit)))

    def expect(self, elapsed_s: float, network_calls: float) -> None:
        """Before the stream starts: a window has taken this long."""
        self.call_s = elapsed_s / max(1.0, network_calls)

    def measured(self, elapsed_s: float, network_calls: float, hops: int = 1) -> None:
        """A window, or those of so many hops, took this long. A slow one counts at once, a fast one
        gradually.
        """
        self.load += (elapsed_s / (hops * self._hop_s) - self.load) / _LOAD_HOPS
        if network_calls:
            now = elapsed_s / network_calls
            self.call_s = max(now, self.call_s + _FORGET * (now - self.call_s))

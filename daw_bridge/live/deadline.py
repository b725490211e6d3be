"""How long windows take, and how many steps fit a deadline."""

from __future__ import annotations

MAX_STEPS = 512
OF_TIME_LEFT = 0.75
"""Share of the time until the deadline that is planned for; the rest is a reserve."""

_FORGET = 0.1  # of the old estimate per window, once runs are faster than it
_LOAD_TURNS = 8


class Deadline:
    """Measures windows and chooses steps. `refines`: whether more than one step helps; `turn_s`:
    seconds of input after which all models have run, a hop where there is one.
    """

    def __init__(self, hop_s: float, refines: bool, turn_s: float | None = None) -> None:
        self._hop_s, self._refines = hop_s, refines
        self._turns_s = _LOAD_TURNS * (turn_s or hop_s)
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

    def measured(
        self, elapsed_s: float, network_calls: float, input_s: float | None = None
    ) -> None:
        """Windows took this long, after so much new input (without it, a hop). Of a call a slow one
        counts at once, a fast one gradually; the load is of the last turns' input.
        """
        new_s = self._hop_s if input_s is None else input_s
        kept = 1.0 - min(1.0, new_s / self._turns_s)
        self.load = self.load * kept + elapsed_s / max(self._turns_s, new_s)
        if network_calls:
            now = elapsed_s / network_calls
            self.call_s = max(now, self.call_s + _FORGET * (now - self.call_s))

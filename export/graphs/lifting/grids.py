"""Presets of third-party models: windows as they were trained, shorter ones live where they can be.

Offline a window gives the middle three quarters of itself, as its users have it (a quarter of
overlap). Live it is two seconds, of which the newest but the lookahead are heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.spec import Domain, Preset

LIVE_WINDOW_S, LIVE_HOP_S, LIVE_AHEAD_S = 2.0, 0.25, 0.25
CROSSFADE_S, OFFLINE_CROSSFADE_S = 0.023, 0.1


@dataclass(frozen=True)
class Grids:
    """The presets of a model at `rate_hz` whose windows are measured in hops of `unit` samples."""

    domain: Domain
    rate_hz: int
    unit: int

    def offline(self, window_samples: int) -> Preset:
        """For a window as trained."""
        window = self.domain.valid_window(window_samples)
        side = self._units(window / 8)
        return Preset(
            window, window - 2 * side, side, min(side, self._seconds(OFFLINE_CROSSFADE_S))
        )

    def live(self, trained_samples: int) -> Preset:
        """Two seconds, or the shortest window of which the model can do with less than trained.

        A longer window costs more: it gives an eighth of itself at a time.
        """
        asked = min(trained_samples, round(LIVE_WINDOW_S * self.rate_hz))
        window = self.domain.valid_window(asked)
        hop, ahead = self._seconds(LIVE_HOP_S), self._seconds(LIVE_AHEAD_S)
        hop = max(hop, self._units(window / 8))
        if hop + ahead > window:
            hop = ahead = self._units(window / 4)
        return Preset(window, hop, ahead, min(hop, ahead, self._seconds(CROSSFADE_S)))

    def _seconds(self, seconds: float) -> int:
        return self._units(seconds * self.rate_hz)

    def _units(self, samples: float) -> int:
        return max(1, round(samples / self.unit)) * self.unit

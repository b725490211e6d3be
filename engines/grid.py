"""The window grid of a stream: which samples a window needs, owns and emits. All in model samples.

Window k owns [k*hop, (k+1)*hop + crossfade); its last `crossfade` samples are shared with window
k+1. It reads the `window` samples that end at (k+1)*hop + max(lookahead, crossfade), with zeros
before the start of the stream, or what `context` puts there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

MAX_RATE_HZ = 768_000
"""Highest rate of audio: the fastest converters have it, and higher ones are a damaged header."""


@dataclass(frozen=True)
class Grid:
    """Window, hop, lookahead and crossfade in samples at the model's rate."""

    window_samples: int
    hop_samples: int
    lookahead_samples: int
    crossfade_samples: int
    batch: int = 1
    """Windows that are run together: they wait for the last of them."""

    @property
    def ahead_samples(self) -> int:
        """Input needed beyond the end of a hop before its window can run."""
        return max(self.lookahead_samples, self.crossfade_samples)

    @property
    def start(self) -> int:
        """First needed sample of an estimate, counted from the start of its window."""
        return self.window_samples - self.hop_samples - self.ahead_samples

    @property
    def stop(self) -> int:
        """End of the needed part of an estimate, counted from the start of its window."""
        return self.window_samples - self.ahead_samples + self.crossfade_samples

    @property
    def latency_samples(self) -> int:
        """Delay at which blocks of any size can be served without a gap."""
        return self.hop_samples * self.batch - 1 + self.ahead_samples

    def input_end(self, index: int) -> int:
        """Absolute end of what window `index` reads."""
        return (index + 1) * self.hop_samples + self.ahead_samples

    def origin(self, index: int) -> int:
        """Absolute position of the first sample of window `index` (negative near the start)."""
        return self.input_end(index) - self.window_samples

    def delay_for_block(self, block_samples: int) -> int:
        """Delay at which blocks of one fixed size can be served without a gap."""
        period = self.hop_samples * self.batch
        step = gcd(period, block_samples)
        return period - step + -(-self.ahead_samples // step) * step

    def problem(self) -> str | None:
        """What makes this grid unusable, or None."""
        if self.hop_samples < 1:
            return f"hop_samples {self.hop_samples} is below 1"
        if self.lookahead_samples < 0 or self.crossfade_samples < 0:
            return "lookahead_samples and crossfade_samples must not be negative"
        if self.crossfade_samples > self.hop_samples:
            return f"crossfade_samples {self.crossfade_samples} is above hop {self.hop_samples}"
        if self.start < 0:
            need = self.hop_samples + self.ahead_samples
            return f"window_samples {self.window_samples} is below hop + lookahead = {need}"
        if self.batch < 1:
            return f"batch {self.batch} is below 1"
        return None

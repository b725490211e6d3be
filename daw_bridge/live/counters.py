"""What a live stream counts and measures: counters, the callback's times, meters."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from math import log10

import numpy as np

from engines.gains import SILENCE_DB, Meter, gain_to_db
from engines.types import Audio

_KEPT = 65536  # blocks; 11 minutes of 512 samples at 48 kHz
P999_BLOCKS = 100


@dataclass(frozen=True)
class Counters:
    """Counted since the stream was made.

    blocks: callbacks served; late_blocks of them lacked results for late_samples (the mix was on
    the residual). windows: finished; skipped_windows of them were not run as their time had passed.
    discarded_samples: results that came after their play time. lost_samples: input overwritten
    before the worker read it. xruns: reported by the device. nonfinite_samples: input that was NaN,
    infinite or absurdly loud, replaced by zero; nonfinite_windows: model outputs, replaced by
    silence. failures: windows in which the engine failed. load: share of a hop's time that
    separating it takes, smoothed; at 1 no time is left. Callback times in microseconds, the p99.9
    over the last 65,536 blocks.
    """

    blocks: int = 0
    late_blocks: int = 0
    late_samples: int = 0
    windows: int = 0
    skipped_windows: int = 0
    discarded_samples: int = 0
    lost_samples: int = 0
    xruns: int = 0
    nonfinite_samples: int = 0
    nonfinite_windows: int = 0
    failures: int = 0
    load: float = 0.0
    callback_max_us: float = 0.0
    callback_p999_us: float = 0.0


class CallbackTimer:
    """Durations of the last blocks, in a fixed buffer; adding one allocates nothing."""

    def __init__(self) -> None:
        self._taken_ns = array("q", bytes(8 * _KEPT))
        self._kept = np.frombuffer(self._taken_ns, np.int64)  # the same memory, to copy from
        self.blocks = 0
        self.longest_ns = 0
        self._p999 = (0, 0.0)  # blocks at the time, value

    def add(self, taken_ns: int) -> None:
        """One more block."""
        self._taken_ns[self.blocks % _KEPT] = taken_ns
        self.blocks += 1
        if taken_ns > self.longest_ns:
            self.longest_ns = taken_ns

    def p999_us(self) -> float:
        """The time that 99.9 % of the kept blocks stayed below, microseconds.

        Computed every P999_BLOCKS blocks. The audio callback waits while the times are copied;
        NumPy releases Python's lock while it sorts.
        """
        found_at, value = self._p999
        if not found_at or self.blocks - found_at >= P999_BLOCKS:
            kept = self._kept[: min(self.blocks, _KEPT)].copy()
            value = float(np.quantile(kept, 0.999)) / 1000.0 if len(kept) else 0.0
            self._p999 = (self.blocks, value)
        return value


class StreamMeters:
    """Combines the meters of all windows since the last reading."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._held = tuple(Meter(SILENCE_DB, SILENCE_DB) for _ in names)

    def read(self, windows: deque[tuple[Meter, ...]], gains: Audio) -> dict[str, Meter]:
        """Name -> peak and mean power of the windows taken from the queue, at these gains.

        Without a new window, the last reading holds.
        """
        taken = [windows.popleft() for _ in range(len(windows))]
        if taken:
            self._held = tuple(_together(column) for column in zip(*taken, strict=True))
        levels = zip(self._names, self._held, gains, strict=True)
        return {name: _amplified(meter, float(gain)) for name, meter, gain in levels}


def _together(meters: tuple[Meter, ...]) -> Meter:
    powers = [10.0 ** (meter.rms_db / 10.0) for meter in meters]
    rms_db = max(SILENCE_DB, 10.0 * log10(sum(powers) / len(powers)))
    return Meter(max(meter.peak_db for meter in meters), rms_db)


def _amplified(meter: Meter, gain: float) -> Meter:
    added_db = gain_to_db(gain)
    peak_db, rms_db = meter.peak_db + added_db, meter.rms_db + added_db
    return Meter(max(SILENCE_DB, peak_db), max(SILENCE_DB, rms_db))

"""Gain, mute, solo and bypass of a live stream's outputs, applied at play time.

Any thread may set them: it stores a new array of target gains, and the audio callback ramps to it
over RAMP_MS from its next block on. Under bypass every gain is 1.
"""

from __future__ import annotations

import threading

import numpy as np

from engines.gains import Mixer, Ramp
from engines.types import Audio

RAMP_MS = 10


class Faders:
    """One gain per output. Raises SettingsError for unknown names."""

    def __init__(self, names: tuple[str, ...], rate_hz: int) -> None:
        self._mixer = Mixer(names)
        self._lock = threading.Lock()  # between controlling threads; the callback never takes it
        self.bypass = False
        self.target = self._mixer.gains()
        self._applied = self.target
        self._ramp_samples = max(1, rate_hz * RAMP_MS // 1000)
        self._ramp = Ramp(self.target, self._ramp_samples)
        self._ramp_left = 0
        self._steady: Audio | None = None  # gains (outputs, 1, 1), None where all are 1

    def set_gain(self, name: str, level_db: float) -> None:
        """Level of one output in dB; -120 dB and below are silence."""
        with self._lock:
            self._mixer.set_gain_db(name, level_db)
            self._retarget()

    def set_mute(self, name: str, on: bool) -> None:
        """Silence one output."""
        with self._lock:
            self._mixer.set_mute(name, on)
            self._retarget()

    def set_solo(self, name: str, on: bool) -> None:
        """While any output is soloed, the others are silent. Mute wins over solo."""
        with self._lock:
            self._mixer.set_solo(name, on)
            self._retarget()

    def set_bypass(self, on: bool) -> None:
        """All gains to 1 while on."""
        with self._lock:
            self.bypass = bool(on)
            self._retarget()

    def _retarget(self) -> None:
        gains = self._mixer.gains()
        self.target = np.ones_like(gains) if self.bypass else gains

    def apply(self, out: Audio) -> None:
        """Callback: multiply (outputs, channels, n) in place, or leave it where all are 1."""
        if self.target is not self._applied:
            self._applied = self.target
            self._ramp.move_to(self._applied)
            self._ramp_left = self._ramp_samples
        if self._ramp_left:
            out *= self._ramp.next(out.shape[-1])[:, None, :]
            self._ramp_left = max(0, self._ramp_left - out.shape[-1])
            if not self._ramp_left:
                target = self._applied
                self._steady = None if (target == 1).all() else target[:, None, None]
        elif self._steady is not None:
            out *= self._steady

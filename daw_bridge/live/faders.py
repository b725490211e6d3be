"""Gain, mute, solo and bypass of a live stream's outputs, applied at play time.

Any thread may turn a control: it makes a new array of goal gains, which the audio callback picks
up with its next block and moves to over RAMP_MS. Under bypass every gain is 1.
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
        self._control = threading.Lock()  # between controlling threads; the callback never takes it
        self.bypass = False
        self.goal = self._mixer.gains()
        self._taken = self.goal
        self._ramp_samples = max(1, rate_hz * RAMP_MS // 1000)
        self._ramp = Ramp(self.goal, self._ramp_samples)
        self._moving = 0
        self._still: Audio | None = None  # gains (outputs, 1, 1), None where all are 1

    def set_gain(self, name: str, level_db: float) -> None:
        """Level of one output in dB; -120 dB and below are silence."""
        with self._control:
            self._mixer.set_gain_db(name, level_db)
            self._aim()

    def set_mute(self, name: str, on: bool) -> None:
        """Silence one output."""
        with self._control:
            self._mixer.set_mute(name, on)
            self._aim()

    def set_solo(self, name: str, on: bool) -> None:
        """While any output is soloed, the others are silent. Mute wins over solo."""
        with self._control:
            self._mixer.set_solo(name, on)
            self._aim()

    def set_bypass(self, on: bool) -> None:
        """All gains to 1 while on."""
        with self._control:
            self.bypass = bool(on)
            self._aim()

    def _aim(self) -> None:
        gains = self._mixer.gains()
        self.goal = np.ones_like(gains) if self.bypass else gains

    def apply(self, out: Audio) -> None:
        """Callback: multiply (outputs, channels, n) in place, or leave it where all are 1."""
        if self.goal is not self._taken:
            self._taken = self.goal
            self._ramp.move_to(self._taken)
            self._moving = self._ramp_samples
        if self._moving:
            out *= self._ramp.next(out.shape[-1])[:, None, :]
            self._moving = max(0, self._moving - out.shape[-1])
            if not self._moving:
                goal = self._taken
                self._still = None if (goal == 1).all() else goal[:, None, None]
        elif self._still is not None:
            out *= self._still

"""Gains, mute, solo and meters of outputs. Audio is (outputs, channels, samples) float32."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engines.errors import SettingsError
from engines.types import Audio

SILENCE_DB = -120.0


def db_to_gain(level_db: float) -> float:
    """Linear gain of a level in dB; SILENCE_DB and below are 0."""
    return 0.0 if level_db <= SILENCE_DB else float(10.0 ** (level_db / 20.0))


def gain_to_db(gain: float) -> float:
    """Level in dB of a linear gain, not below SILENCE_DB."""
    floor = 10.0 ** (SILENCE_DB / 20.0)
    return float(20.0 * np.log10(max(abs(gain), floor)))


@dataclass(frozen=True)
class Meter:
    """Levels of one output over one block, in dB re full scale, not below SILENCE_DB."""

    peak_db: float
    rms_db: float


def meters(outputs: Audio) -> tuple[Meter, ...]:
    """One Meter for each output of (outputs, channels, samples), channels together."""
    if outputs.shape[-1] == 0:
        return tuple(Meter(SILENCE_DB, SILENCE_DB) for _ in outputs)
    peaks = np.abs(outputs).max(axis=(1, 2))
    powers = np.square(outputs, dtype=np.float64).mean(axis=(1, 2))
    levels = zip(peaks, np.sqrt(powers), strict=True)
    return tuple(Meter(gain_to_db(float(p)), gain_to_db(float(r))) for p, r in levels)


class Ramp:
    """Gains that move to their targets linearly over `ramp_samples`, independent of block size."""

    def __init__(self, gains: Audio, ramp_samples: int) -> None:
        self._ramp_samples = max(1, ramp_samples)
        self._goal = np.array(gains, np.float64)
        self._from = self._goal.copy()
        self._done = self._ramp_samples

    def move_to(self, gains: Audio) -> None:
        """New targets (rows,), reached `ramp_samples` from now."""
        if np.array_equal(gains, self._goal):
            return
        part = self._done / self._ramp_samples
        self._from = self._from + (self._goal - self._from) * part
        self._goal = np.array(gains, np.float64)
        self._done = 0

    def next(self, samples: int) -> Audio:
        """Gains (rows, samples) of the next samples, or (rows, 1) where they stand still."""
        if self._done >= self._ramp_samples:
            return self._goal.astype(np.float32)[:, None]
        counts = np.minimum(np.arange(1, samples + 1) + self._done, self._ramp_samples)
        self._done = min(self._done + samples, self._ramp_samples)
        moving = self._from[:, None] + (self._goal - self._from)[:, None] * (
            counts / self._ramp_samples
        )
        return moving.astype(np.float32)


class Mixer:
    """Gain, mute and solo of named outputs, as one linear gain each; `Ramp` moves to them.

    Raises SettingsError for unknown names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._gain = dict.fromkeys(self.names, 1.0)
        self._mute = dict.fromkeys(self.names, False)
        self._solo = dict.fromkeys(self.names, False)

    def set_gain_db(self, name: str, level_db: float) -> None:
        """Level of one output in dB; SILENCE_DB and below are silence."""
        self._gain[self._check(name)] = db_to_gain(level_db)

    def set_mute(self, name: str, on: bool) -> None:
        """Silences one output."""
        self._mute[self._check(name)] = bool(on)

    def set_solo(self, name: str, on: bool) -> None:
        """While any output is soloed, all others are silent. Mute wins over solo."""
        self._solo[self._check(name)] = bool(on)

    def gains(self) -> Audio:
        """The gains (outputs,) float32 that the settings ask for."""
        soloing = any(self._solo.values())
        silent = {n for n in self.names if self._mute[n] or (soloing and not self._solo[n])}
        gains = [0.0 if name in silent else self._gain[name] for name in self.names]
        return np.array(gains, np.float32)

    def _check(self, name: str) -> str:
        if name not in self._gain:
            expected = "one of " + ", ".join(self.names)
            raise SettingsError(f"output {name!r}", expected, "check the name")
        return name

"""The level that a network expects: the gains that bring a mix to it, whatever level it comes at.

A network hears its mix times these gains, and what it answers is divided by them again, so that
stems do not depend on how loud the input is. The level of a sample is that of the quieter of the
two times of SECONDS that end and begin there: just before a loud part, and just after it, quiet
music is heard as what it is. Where the window is no longer than SECONDS, its level is one number.

Scaling the input by a power of two scales every gain by its inverse without any rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engines.types import Audio

FLOOR_DB = -85.0
"""RMS level in dB re full scale below which gains rise no more: noise is not taken for music."""
SECONDS = 0.5
"""The time over which levels are measured."""

_BLOCK_S = 0.025
# Blocks below this part (power) of the loudest are no music: the ends of songs, pauses in takes.
_HEARD = 1e-6
# No block is heard louder than this (power) over the level that is brought to the network's.
_LOUDEST = 4.0
# How much of the power of the blocks around one is heard with it: a frame of an STFT reaches two
# blocks to either side, and hears the farther ones less.
_NEAR = np.array([0.7, 1.0, 1.0, 1.0, 0.7])

# Time constant of a follower, of power.
_FOLLOWED_S = 0.25

Powers = NDArray[np.float64]


@dataclass(frozen=True)
class Gains:
    """Gains at some samples of a window (n,), linear between them and constant outside."""

    samples: NDArray[np.float64]
    values: Powers

    def at(self, samples: NDArray[np.int64]) -> Audio:
        """The gains of these samples of the window, float32."""
        found: Audio = np.interp(samples, self.samples, self.values).astype(np.float32)
        return found


def gains(level_db: float, mix: Audio, rate_hz: int) -> Gains:
    """What brings a window's mix (C, W) to `level_db`, its RMS in dB re full scale."""
    powers, ends = _powers(mix, _block(rate_hz))
    counts = np.diff(ends) * (powers > powers.max() * _HEARD)
    length = round(SECONDS / _BLOCK_S)
    if len(powers) > length:
        means = _quieter(powers, counts, length)
        return Gains((ends[:-1] + ends[1:]) / 2, gain_of(level_db, means))
    mean = (powers * counts).sum() / max(1, counts.sum())
    return Gains(np.zeros(1), gain_of(level_db, np.array([mean])))


def gain_of(level_db: float, powers: Powers) -> Powers:
    """The gains that bring mean squares to `level_db`, those of the floor below it."""
    floor = 10.0 ** (FLOOR_DB / 10)
    found: Powers = 10.0 ** (level_db / 20) / np.sqrt(np.maximum(powers, floor))
    return found


def _block(rate_hz: int) -> int:
    return max(1, round(rate_hz * _BLOCK_S))


def _powers(audio: Audio, block: int) -> tuple[Powers, NDArray[np.int64]]:
    """Mean squares of blocks of (C, n), n > 0, and where they begin; n is the last of these."""
    starts = np.arange(0, audio.shape[-1], block)
    squares = np.square(audio, dtype=np.float64).sum(axis=0)
    ends = np.append(starts, audio.shape[-1])
    sums = np.add.reduceat(squares, starts)
    return sums / (np.diff(ends) * len(audio)), ends


def _quieter(powers: Powers, counts: NDArray[np.int64], length: int) -> Powers:
    """Of each block, the lower mean of the `length` that end and the `length` that begin there.

    `counts` are the samples of each block that count; where there are none, the block's own power.
    """
    sums, samples = (np.append(0, np.cumsum(one)) for one in (powers * counts, counts))
    sums, samples = sums[length:] - sums[:-length], samples[length:] - samples[:-length]
    means = np.where(samples > 0, sums / np.maximum(samples, 1), np.inf)
    blocks, last = np.arange(len(powers)), len(means) - 1
    ending, beginning = np.clip(blocks - length + 1, 0, last), np.minimum(blocks, last)
    found = np.minimum(means[ending], means[beginning])
    around = np.pad(powers, len(_NEAR) // 2)
    near = (sliding_window_view(around, len(_NEAR)) * _NEAR).max(axis=-1)
    least: Powers = np.maximum(np.where(np.isinf(found), powers, found), near / _LOUDEST)
    return least


class Follower:
    """Gains for a method with a state, which must not hear a jump of them: one for each signal.

    Each window's gains begin where those of the window before ended, and follow the level of what
    is new in it: as it rises they fall within a block, as it falls they rise by 17 dB a second.
    What lies below the floor leaves them as they are. `power`: of the window before, None at first.
    """

    def __init__(self, power: float | None = None) -> None:
        self.power = power

    def gains(self, level_db: float, mix: Audio, rate_hz: int, start: int, stop: int) -> Gains:
        """Of one window (C, W), of which [start, stop) is new. Call it once for each window."""
        powers, ends = _powers(mix[:, start:stop], _block(rate_hz))
        levels = [self.power]
        for power, samples in zip(powers.tolist(), np.diff(ends).tolist(), strict=True):
            self._follow(power, samples / (_FOLLOWED_S * rate_hz))
            levels.append(self.power)
        first = next((level for level in levels if level is not None), 0.0)
        known = np.array([first if level is None else level for level in levels])
        return Gains((ends + start).astype(np.float64), gain_of(level_db, known))

    def _follow(self, power: float, time: float) -> None:
        if power <= 10.0 ** (FLOOR_DB / 10):
            return
        if self.power is None:
            self.power = power
        near = self.power + (1.0 - exp(-time)) * (power - self.power)
        self.power = max(near, power / _LOUDEST)

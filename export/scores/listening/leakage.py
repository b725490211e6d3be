"""Leakage: how loud a stem is where its true stem is silent, against the mix there.

After the predicted energy at silence of Schulze-Forster et al. (Weakly Informed Audio Source
Separation, WASPAA 2019), which is that energy by itself; here it is in dB re the mix of the same
frames, so that songs of any loudness can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio

#: Length of a frame, and how far a silent one must be from any that sounds: an STFT smears so far.
FRAME_S, GUARD_FRAMES = 0.05, 2
#: A true stem below the first is silent, a mix above the second is heard; RMS in dBFS.
SILENT_DB, HEARD_DB = -60.0, -50.0
#: With less silence than this there is no figure.
LEAST_S = 0.5
#: Nothing is said to leak less.
FLOOR_DB = -120.0
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leak:
    """Level of the stem in dB re the mix, and of how many seconds."""

    db: float
    seconds: float


def leakage(estimate: Audio, truth: Audio, mix: Audio, rate_hz: int) -> Leak | None:
    """All (C, T); None with less than LEAST_S of silence in the true stem under a mix."""
    frame = round(FRAME_S * rate_hz)
    powers = [_powers(audio, frame) for audio in (estimate, truth, mix)]
    chosen = silent(powers[1]) & (powers[2] > 10 ** (HEARD_DB / 10))
    seconds = float(chosen.sum() * frame / rate_hz)
    if seconds < LEAST_S:
        return None
    ratio = powers[0][chosen].sum() / powers[2][chosen].sum()
    return Leak(max(FLOOR_DB, float(10 * np.log10(ratio + 1e-30))), seconds)


def silent(powers: _Floats) -> NDArray[np.bool_]:
    """Which frames (n,) of a true stem's powers are silent, and no other near them sounds."""
    sounds = powers >= 10 ** (SILENT_DB / 10)
    near = np.convolve(sounds, np.ones(2 * GUARD_FRAMES + 1))[GUARD_FRAMES:-GUARD_FRAMES]
    return np.asarray(near < 0.5)


def _powers(audio: Audio, frame: int) -> _Floats:
    """(C, T) -> mean square of each whole frame (n,)."""
    whole = audio[:, : audio.shape[-1] // frame * frame].astype(np.float64)
    powers: _Floats = (whole.reshape(len(audio), -1, frame) ** 2).mean(axis=(0, 2))
    return powers

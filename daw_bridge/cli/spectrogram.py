"""The numbers of a picture: a spectrogram with a logarithmic frequency axis, and levels in dBFS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
Picture = NDArray[np.float64]

MAX_COLUMNS, ROWS = 760, 128
LOW_HZ, HIGH_HZ = 40.0, 16000.0
#: Length of one frame of analysis: low notes need long ones to be told apart.
FRAME_S = 0.093
#: What is below this is called silent.
SILENT_DBFS = -120.0
RANGE_DB = 70.0
_TINY = 1e-20
#: Frames that are transformed together.
_AT_ONCE = 64


@dataclass(frozen=True)
class Level:
    """The peak and the RMS over all channels and the whole time, in dBFS; -inf for silence."""

    peak_dbfs: float
    rms_dbfs: float

    @property
    def silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.peak_dbfs < SILENT_DBFS


def level_of(audio: Audio) -> Level:
    """The level of `(channels, samples)`."""
    finite = np.nan_to_num(audio.astype(np.float64))
    if not finite.size:
        return Level(-np.inf, -np.inf)
    with np.errstate(divide="ignore"):
        peak = 20 * np.log10(np.abs(finite).max())
        rms = 10 * np.log10(np.mean(finite**2))
    return Level(float(peak), float(rms))


def edges_hz(rate_hz: int) -> Picture:
    """The borders of the rows, from the lowest up: `(ROWS + 1,)` in Hz."""
    high = min(HIGH_HZ, rate_hz / 2)
    return np.geomspace(min(LOW_HZ, high / 8), high, ROWS + 1)


def spectrogram_db(audio: Audio, rate_hz: int) -> Picture:
    """Level of each row and column, `(ROWS, columns)`, in dB; a full-scale sine has about 0.

    `audio` is `(channels, samples)`; its channels are added up in power.
    """
    frame = 2 ** max(6, round(np.log2(FRAME_S * rate_hz)))
    samples = audio.shape[1]
    columns = int(np.clip(4 * samples // frame, 1, MAX_COLUMNS))
    padded = np.pad(np.nan_to_num(audio), ((0, 0), (frame // 2, frame)))
    starts = np.linspace(0, max(0, samples - 1), columns).astype(int)
    window = np.hanning(frame)
    rows = np.empty((columns, ROWS))
    weights = _weights(frame, rate_hz)
    for first in range(0, columns, _AT_ONCE):
        chosen = starts[first : first + _AT_ONCE]
        frames = np.stack([padded[:, start : start + frame] for start in chosen])
        power = (np.abs(np.fft.rfft(frames * window)) ** 2).mean(axis=1)
        rows[first : first + _AT_ONCE] = power @ weights.T * (2 / window.sum()) ** 2
    db: Picture = 10 * np.log10(rows.T + _TINY)
    return db


@lru_cache(maxsize=4)
def _weights(frame: int, rate_hz: int) -> Picture:
    """Mean power of the bins in each row, also where a row is narrower than a bin."""
    bins = frame // 2 + 1
    borders_hz = (np.arange(bins + 1) - 0.5) * rate_hz / frame
    total = np.concatenate([np.zeros((bins, 1)), np.cumsum(np.eye(bins), axis=1)], axis=1)
    edges = edges_hz(rate_hz)
    below = np.stack([np.interp(edges, borders_hz, row) for row in total])
    share = np.diff(below, axis=1).T
    weights: Picture = share / np.maximum(share.sum(axis=1, keepdims=True), _TINY)
    return weights


def colour_range_db(mix: Picture) -> tuple[float, float]:
    """Lowest and highest level of the colours, so that this spectrogram fills them."""
    loud = float(np.percentile(mix, 99.8))
    high = 5.0 * float(np.ceil(loud / 5.0))
    return high - RANGE_DB, high

"""Onsets, harmonicity and chroma of one sound (T,) at a rate: what drums, a bass, a chord have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
HOP_S, FRAME_S = 0.01, 0.032
BANDS = 16
_LOW_HZ = 40.0
PITCHES_HZ = (35.0, 500.0)
_PITCH_FRAME_S, _PITCH_HOP_S = 0.128, 0.032
_CHROMA_FRAME_S, _CHROMA_HZ = 0.25, (80.0, 2000.0)
_QUIET = 1e-4
"""Power of a frame, as a share of the loudest's, below which it does not count: -40 dB."""


def frames(audio: Array, size: int, hop: int) -> Array:
    """(n, size); silence at the end of a sound that is too short for one."""
    padded = np.pad(audio, (0, max(0, size - len(audio))))
    found: Array = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    return found


def onset_envelope(audio: Array, rate_hz: int) -> Array:
    """How much louder each frame is than the last, summed over bands, 1 / HOP_S a second; 1: as
    much as the sound has on average. Bands are wide, so that noise hardly trembles."""
    size, hop = round(FRAME_S * rate_hz), round(HOP_S * rate_hz)
    power = np.abs(np.fft.rfft(frames(audio, size, hop) * np.hanning(size))) ** 2
    edges_hz = np.geomspace(_LOW_HZ, rate_hz / 2, BANDS + 1)
    edges = np.unique(np.round(edges_hz * size / rate_hz).astype(int))
    level = np.sqrt(np.add.reduceat(power, edges[:-1], axis=1))
    total = float(level.sum(axis=1).mean())
    rise: Array = np.maximum(level[2:] - level[:-2], 0).sum(axis=1)
    return rise / total if total > 0 else rise


def flux(audio: Array, rate_hz: int) -> float:
    """The mean of the envelope: of beats high, of what goes on evenly low."""
    found = onset_envelope(audio, rate_hz)
    return float(found.mean()) if len(found) else 0.0


def harmonicity(audio: Array, rate_hz: int) -> float:
    """How periodic a sound is, 0 to 1: the highest autocorrelation at a period of PITCHES_HZ,
    corrected for the window (Boersma 1993), a mean over frames by their power."""
    size, hop = round(_PITCH_FRAME_S * rate_hz), round(_PITCH_HOP_S * rate_hz)
    cut = frames(audio, size, hop)
    window = np.hanning(size)
    found = _autocorrelation((cut - cut.mean(axis=1, keepdims=True)) * window)
    own = _autocorrelation(window[None])[0]
    power = found[:, 0].copy()
    low, high = (round(rate_hz / hz) for hz in reversed(PITCHES_HZ))
    high = min(high, size // 2)
    loud = power > _QUIET * max(float(power.max()), 1e-30)
    if not loud.any():
        return 0.0
    ratio = found[loud, :high] / power[loud, None] / (own[:high] / own[0])
    left = np.minimum.accumulate(ratio, axis=1) < 0.5  # behind the peak at 0
    best = np.where(left[:, low:], ratio[:, low:], 0.0).max(axis=1)
    return float(np.average(np.clip(best, 0, 1), weights=power[loud]))


def _autocorrelation(rows: Array) -> Array:
    spectrum = np.fft.rfft(rows, 2 * rows.shape[-1])
    found: Array = np.fft.irfft(np.abs(spectrum) ** 2)[..., : rows.shape[-1]]
    return found


def chroma(audio: Array, rate_hz: int) -> Array:
    """Power of the twelve pitch classes, C first, in every quarter of a second: (n, 12)."""
    size = round(_CHROMA_FRAME_S * rate_hz)
    power = np.abs(np.fft.rfft(frames(audio, size, size) * np.hanning(size), 4 * size)) ** 2
    hz = np.fft.rfftfreq(4 * size, 1 / rate_hz)
    heard = (hz >= _CHROMA_HZ[0]) & (hz <= _CHROMA_HZ[1])
    classes = np.round(12 * np.log2(hz[heard] / 440.0) + 9).astype(int) % 12
    found = np.zeros((len(power), 12))
    for one in range(12):
        found[:, one] = power[:, heard][:, classes == one].sum(axis=1)
    return found

"""Levels, filters and rooms for training windows: (..., channels, samples) float32."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, oaconvolve

Audio = NDArray[np.float32]
LOW_PASS_TAPS = 255


def rms(audio: Audio) -> float:
    """Root mean square over everything."""
    flat = audio.reshape(-1)
    return float(np.sqrt(np.dot(flat, flat) / max(flat.size, 1)))


def to_level(audio: Audio, level_db: float) -> Audio:
    """`audio` at an RMS of `level_db`; what is nearly silent is raised by 40 dB at most."""
    gain = min(10 ** (level_db / 20) / max(rms(audio), 1e-9), 100.0)
    return audio * np.float32(gain)


def fit_peak(stems: Audio, peak: float = 0.99) -> Audio:
    """Stems (stems, channels, samples) turned down together if their mix is above `peak`."""
    highest = float(np.max(np.abs(stems.sum(0))))
    return stems if highest <= peak else stems * np.float32(peak / highest)


def low_pass(audio: Audio, edge_hz: float, rate_hz: int) -> Audio:
    """Zero-phase FIR low-pass, -6 dB at `edge_hz`; unchanged if the rate holds no more."""
    if edge_hz >= rate_hz / 2:
        return audio
    taps = firwin(LOW_PASS_TAPS, edge_hz, fs=rate_hz).astype(np.float32)
    flat = audio.reshape(-1, audio.shape[-1])
    filtered = oaconvolve(flat, taps[None], mode="same", axes=1)
    return np.asarray(filtered, np.float32).reshape(audio.shape)


def reverberate(voice: Audio, rng: np.random.Generator, rate_hz: int) -> Audio:
    """A voice (channels, samples) in a drawn room: decaying noise, independent per channel."""
    seconds = float(rng.uniform(0.15, 0.9))
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    decay = 10 ** (-3 * time_s / seconds)
    room = rng.standard_normal((len(voice), len(time_s))) * decay
    room /= np.sqrt(np.sum(room**2, axis=1, keepdims=True))
    wet = oaconvolve(voice, room.astype(np.float32), axes=1)[:, : voice.shape[1]]
    return np.asarray(voice + wet * np.float32(rng.uniform(0.1, 0.6)), np.float32)

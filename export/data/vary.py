"""Variation of rendered stems while training: equaliser, room, drive, pan and gain.

Each has a chance of its own in the sampler's config, 0 for never. Where none is above 0 nothing is
drawn, so the batches of configs from before there was variation stay the same in every bit.
Equaliser and room are one product of spectra: about as cheap as either alone.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from export.data.config import SamplerConfig
from export.data.shape import Audio, rms

#: Hz between which the equaliser's points lie, how many, and the most that one may add or take.
EQUALISER_HZ = (60.0, 14_000.0)
EQUALISER_POINTS = 6
EQUALISER_DB = 9.0
#: Seconds in which a room falls by 60 dB; its loudness against the dry sound.
ROOM_S = (0.15, 0.9)
ROOM_LEVEL = (0.1, 0.5)
#: How far peaks are driven into the curve: 1 bends them a little, 6 nearly squares them.
DRIVE = (1.0, 6.0)
PAN_DB = 9.0
GAIN_DB = 6.0
#: What an equaliser's response may be long; more padding than that hears nothing wrap around.
EQUALISER_SAMPLES = 2048
SILENT_RMS = 1e-5


def varied(audio: Audio, rng: np.random.Generator, config: SamplerConfig) -> Audio:
    """One rendered stem (channels, samples), perhaps with each effect, by the config's chances."""
    chances = config.variation
    if not any(chances):
        return audio
    equaliser, room, drive, pan, gain = (bool(rng.random() < chance) for chance in chances)
    if rms(audio) < SILENT_RMS:
        return audio
    if drive:
        audio = driven(audio, float(np.exp(rng.uniform(*np.log(DRIVE)))))
    if equaliser or room:
        curve_db = rng.uniform(-EQUALISER_DB, EQUALISER_DB, EQUALISER_POINTS) if equaliser else None
        audio = coloured(audio, config.rate_hz, curve_db, rng if room else None)
    if pan and len(audio) == 2:
        audio = panned(audio, float(rng.uniform(-PAN_DB, PAN_DB)))
    if gain:
        audio = audio * np.float32(10 ** (rng.uniform(-GAIN_DB, GAIN_DB) / 20))
    return audio


def driven(audio: Audio, drive: float) -> Audio:
    """Soft clipping (tanh) of peaks at `drive`, at the loudness that went in."""
    peak = np.float32(max(float(np.max(np.abs(audio))), 1e-9))
    bent = np.tanh(audio * np.float32(drive / peak))
    return np.asarray(bent * np.float32(rms(audio) / max(rms(bent), 1e-9)), np.float32)


def coloured(
    audio: Audio,
    rate_hz: int,
    curve_db: NDArray[np.float64] | None,
    room_rng: np.random.Generator | None,
) -> Audio:
    """Zero-phase equaliser through points in dB, evenly spaced in octaves, and a drawn room."""
    channels, samples = audio.shape
    seconds = float(room_rng.uniform(*ROOM_S)) if room_rng is not None else 0.0
    length = next_fast_len(samples + max(EQUALISER_SAMPLES, round(seconds * rate_hz)), real=True)
    spectrum = rfft(audio, length)
    if room_rng is not None:
        level = np.float32(room_rng.uniform(*ROOM_LEVEL))
        room = _room(room_rng, channels, round(seconds * rate_hz))
        spectrum *= 1 + level * rfft(room, length)
    if curve_db is not None:
        lowest, highest = np.log(EQUALISER_HZ)
        points = np.linspace(lowest, highest, len(curve_db))
        gains_db = np.interp(_log_hz(length, rate_hz), points, curve_db)
        spectrum *= _upsampled(10 ** (gains_db / 20), spectrum.shape[1])
    return np.ascontiguousarray(irfft(spectrum, length)[:, :samples], np.float32)


def _room(rng: np.random.Generator, channels: int, samples: int) -> Audio:
    """Decaying noise of energy 1, independent per channel."""
    noise = rng.standard_normal((channels, samples), np.float32)
    noise *= np.exp(np.linspace(0, -3 * np.log(10), samples, dtype=np.float32))
    return noise / np.sqrt(np.sum(noise**2, axis=1, keepdims=True))


@lru_cache(maxsize=16)
def _log_hz(length: int, rate_hz: int) -> NDArray[np.float64]:
    """Logarithms of the frequencies of EQUALISER_SAMPLES // 2 + 1 bins; the first is the next's."""
    hertz = np.fft.rfftfreq(EQUALISER_SAMPLES, 1 / rate_hz)
    return np.log(np.maximum(hertz, hertz[1]))


def _upsampled(gains: NDArray[np.float64], bins: int) -> NDArray[np.float32]:
    """Gains at EQUALISER_SAMPLES // 2 + 1 bins, at as many as the spectrum has. Straight lines
    between them are a response that fades out within EQUALISER_SAMPLES."""
    at = np.linspace(0, len(gains) - 1, bins, dtype=np.float32)
    return np.interp(at, np.arange(len(gains)), gains).astype(np.float32)


def panned(audio: Audio, balance_db: float) -> Audio:
    """Left against right by `balance_db`, at the same energy for an equally loud pair."""
    ratio = 10 ** (balance_db / 20)
    gains = np.array([ratio, 1.0]) * np.sqrt(2 / (1 + ratio**2))
    return audio * gains[:, None].astype(np.float32)

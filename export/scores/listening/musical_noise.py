"""Musical noise: how much more of isolated peaks the noise in a stem is than what it was made of.

The log kurtosis ratio of Uemura et al. (Automatic Optimization Scheme of Spectral Subtraction Based
on Musical Noise Assessment via Higher-Order Statistics, IWAENC 2008): the natural logarithm of the
kurtosis of the noise's power spectrum after processing over that before, kurtosis being the fourth
moment over the square of the second, both about zero (Takahashi et al., EURASIP J. Adv. Signal
Process. 2010:431347, section 3). Noise before is all that is not the stem, after it is the error.
0: the rest was only turned down. Gaussian noise of which a share p is left gives ln(1 / p).

Music is not stationary, so both kurtoses are taken of blocks of a second and half an octave, and
the mean is over those in which both can be heard. Torcoli (An Improved Measure of Musical Noise
Based on Spectral Kurtosis, WASPAA 2019) found that such ratios agree with listeners only in part:
read it as a comparison of systems on the same clips.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import stft

from engines.types import Audio

#: The STFT's window in seconds; half of it is the hop.
WINDOW_S = 2048 / 44100
BLOCK_S = 1.0
#: Edges of bands, half an octave each.
LOWEST_HZ, HIGHEST_HZ = 100.0, 16000.0
#: A block counts where both noises are above this, in dB re the loudest block of the noise before.
HEARD_DB = -60.0
_Floats = NDArray[np.float64]


def log_kurtosis_ratio(after: Audio, before: Audio, rate_hz: int) -> float | None:
    """Both (C, T); None where in no block both are heard."""
    found = [_blocks(audio, rate_hz) for audio in (after, before)]
    kurtoses, powers = ([one[index] for one in found] for index in (0, 1))
    heard = np.minimum(*powers) > 10 ** (HEARD_DB / 10) * max(powers[1].max(), 1e-30)
    if not heard.any():
        return None
    return float(np.mean(np.log(kurtoses[0][heard] / kurtoses[1][heard])))


def kurtosis(powers: _Floats) -> float:
    """Fourth moment over the squared second, about zero, of powers of any shape; 6 of white noise
    that is Gaussian, 1 of a constant, NaN of silence."""
    mean = powers.mean()
    if mean == 0:
        return float("nan")
    scaled = powers / mean
    return float((scaled**4).mean() / (scaled**2).mean() ** 2)


def _blocks(audio: Audio, rate_hz: int) -> tuple[_Floats, _Floats]:
    """(C, T) -> kurtosis and mean power of each block, (bands * seconds,)."""
    size = min(round(WINDOW_S * rate_hz), audio.shape[-1])
    powers = np.abs(stft(audio.astype(np.float64), nperseg=size, noverlap=size // 2)[2]) ** 2
    frames = max(1, round(BLOCK_S * rate_hz / (size - size // 2)))
    count = max(1, powers.shape[-1] // frames)
    parts = [
        powers[:, low:high, index * frames : (index + 1) * frames]
        for low, high in _bands(rate_hz, size)
        for index in range(count)
    ]
    return np.array([kurtosis(part) for part in parts]), np.array([part.mean() for part in parts])


def _bands(rate_hz: int, size: int) -> list[tuple[int, int]]:
    """First bin and the one after the last, of every band that has two bins or more."""
    highest = min(HIGHEST_HZ, rate_hz / 2)
    count = int(2 * np.log2(highest / LOWEST_HZ))
    edges = np.round(LOWEST_HZ * 2 ** (np.arange(count + 1) / 2) * size / rate_hz).astype(int)
    return [(int(low), int(high)) for low, high in pairwise(edges) if high - low >= 2]

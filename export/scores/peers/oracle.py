"""Ceiling of masks: the ideal ratio mask of the true stems' powers on the mixture's STFT.

M_s = |S_s|^2 / sum over stems of |S|^2 (IRM2 of SiSEC 2018, Stoter et al.), Hann window of 4096
samples at 44.1 kHz every quarter. It knows the answer: no system can be expected to reach it with
masks of this kind, though one that changes phases could.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import istft, stft

from engines.types import Audio
from export.scores.peers import Row, Task

NEEDS: dict[str, str] = {}
_WINDOW_S = 4096 / 44100
_TINY = 1e-20


def rows(stems: tuple[str, ...]) -> tuple[Row, ...]:
    """None of its own."""
    return ()


def separate(task: Task) -> dict[Row, Audio]:
    """Answers every row."""
    size = 2 ** round(np.log2(_WINDOW_S * task.rate_hz))
    sizes = {"nperseg": size, "noverlap": 3 * size // 4}
    spectrum = stft(_padded(task.mix, size), **sizes)[2]
    powers = {
        name: np.abs(stft(_padded(audio, size), **sizes)[2]) ** 2
        for name, audio in task.stems.items()
    }
    total = sum(powers.values()) + _TINY
    found = {}
    for row in task.rows:
        masked = spectrum * (sum(powers[name] for name in row) / total)
        audio = istft(masked, **sizes)[1][..., : task.mix.shape[-1]]
        found[row] = audio.astype(np.float32)
    return found


def _padded(audio: Audio, size: int) -> Audio:
    """At least one window."""
    return np.pad(audio, ((0, 0), (0, max(0, size - audio.shape[-1]))))

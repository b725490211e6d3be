"""Drums as what is percussive: median-filtering HPSS (Fitzgerald 2010; Driedger et al. 2014).

librosa's: medians over 31 frames along time and over 31 bins along frequency, soft masks of
power 2, no margin, on an STFT of 2048 samples at 22.05 kHz (4096 at 44.1 kHz), every quarter.
"""

from __future__ import annotations

import numpy as np

from engines.types import Audio
from export.scores.peers import Row, Task

NEEDS = {"librosa": "librosa==0.11.0"}
_WINDOW_S = 2048 / 22050


def rows(stems: tuple[str, ...]) -> tuple[Row, ...]:
    """Drums, where there are any."""
    return (("drums",),) if "drums" in stems else ()


def separate(task: Task) -> dict[Row, Audio]:
    """Answers drums."""
    import librosa

    if "drums" not in task.stems:
        return {}
    size = 2 ** round(np.log2(_WINDOW_S * task.rate_hz))
    spectrum = librosa.stft(task.mix, n_fft=size, hop_length=size // 4)
    percussive = librosa.decompose.hpss(spectrum)[1]
    length = task.mix.shape[-1]
    audio = librosa.istft(percussive, hop_length=size // 4, n_fft=size, length=length)
    return {("drums",): audio.astype(np.float32)}

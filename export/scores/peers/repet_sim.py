"""Vocals as what does not repeat: REPET-SIM (Rafii and Pardo, ISMIR 2012).

Every frame is compared with its most similar ones (cosine, at least 1 s apart), whose median is
the repeating background B; with the mixture's magnitude V the voice's mask is 1 - min(B, V) / V,
and everything below 100 Hz belongs to the background. librosa's `nn_filter` finds the frames: the
square root of their number for each (its default). Windows of 2048 samples at 44.1 kHz. One
similarity for all channels.
"""

from __future__ import annotations

import numpy as np

from engines.types import Audio
from export.scores.peers import Row, Task

NEEDS = {"librosa": "librosa==0.11.0"}
_WINDOW_S = 2048 / 44100
_APART_S = 1.0
_LOWEST_HZ = 100.0
_TINY = 1e-10


def rows(stems: tuple[str, ...]) -> tuple[Row, ...]:
    """Vocals, where there are any."""
    return (("vocals",),) if "vocals" in stems else ()


def separate(task: Task) -> dict[Row, Audio]:
    """Answers vocals."""
    import librosa

    if "vocals" not in task.stems:
        return {}
    size = 2 ** round(np.log2(_WINDOW_S * task.rate_hz))
    hop, length = size // 4, task.mix.shape[-1]
    spectrum = librosa.stft(task.mix, n_fft=size, hop_length=hop)
    magnitude = np.abs(spectrum)
    apart = max(1, min(round(_APART_S * task.rate_hz / hop), magnitude.shape[-1] // 3))
    similar = librosa.segment.recurrence_matrix(
        magnitude.mean(axis=0), metric="cosine", width=apart, sparse=True
    )
    background = np.minimum(
        librosa.decompose.nn_filter(magnitude, rec=similar, aggregate=np.median), magnitude
    )
    mask = 1 - background / (magnitude + _TINY)
    mask[:, librosa.fft_frequencies(sr=task.rate_hz, n_fft=size) < _LOWEST_HZ] = 0
    audio = librosa.istft(mask * spectrum, hop_length=hop, n_fft=size, length=length)
    return {("vocals",): audio.astype(np.float32)}

"""The fixed equaliser of each tag, measured over songs: export/common/equaliser.py."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from export.common.equaliser import Equalisers
from export.common.tags import NAMES
from export.data.clip_cache import RATE_HZ
from export.data.shape import Audio
from export.data.tag_windows import TagWindow

FFT = 1024
_TINY = 1e-12


def measured(windows: Iterable[TagWindow]) -> Equalisers:
    """Of each tag the mean, over the songs that have it, of the gain of each bin that brings the
    mix nearest to the tag there; no gain is below 0 or above 1."""
    sums: dict[str, NDArray[np.float64]] = {}
    songs: dict[str, int] = {}
    for window in windows:
        whole = _spectra(window.mix)
        power = np.square(np.abs(whole)).sum(axis=0) + _TINY
        for tag, audio in window.present.items():
            common = (_spectra(audio) * whole.conj()).real.sum(axis=0)
            sums[tag] = sums.get(tag, 0.0) + np.clip(common / power, 0, 1)
            songs[tag] = songs.get(tag, 0) + 1
    hz = np.linspace(0, RATE_HZ / 2, FFT // 2 + 1).astype(np.float32)
    known = [tag for tag in NAMES if tag in sums]
    gains = {tag: np.asarray(sums[tag] / songs[tag], np.float32) for tag in known}
    return Equalisers(hz, gains, {tag: songs[tag] for tag in known})


def _spectra(audio: Audio) -> NDArray[np.complex128]:
    """(C, T) -> (channels and frames, bins)."""
    frames = np.lib.stride_tricks.sliding_window_view(audio, FFT, axis=-1)[:, :: FFT // 2]
    found: NDArray[np.complex128] = np.fft.rfft(frames * np.hanning(FFT)).reshape(-1, FFT // 2 + 1)
    return found

"""A cache of the last window's STFT frames, for the next one that overlaps it.

Where a stream's windows overlap, frames that lie wholly inside both are identical, bit for bit.
Computing them again took 3 to 9 % of a live hop (tests/bench/stft_reuse.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.stft import Stft
from engines.types import Audio, Spectra


@dataclass(frozen=True)
class _Kept:
    """A window's frames, of which [first, end) of the stream's grid were wholly inside it.

    `start` is the grid's number of the window's frame 0.
    """

    start: int
    first: int
    end: int
    spectra: Spectra
    sizes: Audio


class FrameCache:
    """The frames of one signal of one stream. Memory: those of one window.

    All windows must be of that signal: the same position holds the same samples. Call `clear`
    before another signal.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._kept: _Kept | None = None

    def transform(self, stft: Stft, audio: Audio, origin: int) -> tuple[Spectra, Audio]:
        """(..., W) that begins at `origin` -> (..., frames, bins), sizes (..., bins, frames).

        Equal in every bit to `transform(stft, audio)`. Do not change what comes out.
        """
        spectra, sizes = _empty(stft, audio)
        start = (origin + stft.first) // stft.hop
        first, end = stft.whole
        new = _Kept(start, start + first, start + end, spectra, sizes)
        first, end = _copy_cached(self._kept, new)
        _compute(stft, audio, spectra, sizes, 0, first)
        _compute(stft, audio, spectra, sizes, end, stft.frames)
        self._kept = new
        return spectra, sizes


def _copy_cached(kept: _Kept | None, new: _Kept) -> tuple[int, int]:
    """Copies the cached frames into `new`; its window's frames [first, end) are there now."""
    if kept is None or kept.spectra.shape != new.spectra.shape:
        return 0, 0
    first, end = max(new.first, kept.first), min(new.end, kept.end)
    if first >= end:
        return 0, 0
    here, there = (
        slice(first - new.start, end - new.start),
        slice(first - kept.start, end - kept.start),
    )
    new.spectra[..., here, :] = kept.spectra[..., there, :]
    new.sizes[..., here] = kept.sizes[..., there]
    return first - new.start, end - new.start


def transform(stft: Stft, audio: Audio) -> tuple[Spectra, Audio]:
    """(..., W) -> spectra (..., frames, bins) and their sizes (..., bins, frames)."""
    spectra, sizes = _empty(stft, audio)
    _compute(stft, audio, spectra, sizes, 0, stft.frames)
    return spectra, sizes


def _empty(stft: Stft, audio: Audio) -> tuple[Spectra, Audio]:
    lead = audio.shape[:-1]
    spectra = np.empty((*lead, stft.frames, stft.bins), np.complex64)
    return spectra, np.empty((*lead, stft.bins, stft.frames), np.float32)


def _compute(
    stft: Stft, audio: Audio, spectra: Spectra, sizes: Audio, first: int, end: int
) -> None:
    if first < end:
        stft.transform(audio, spectra, first, end)
        # Along the bins first: numpy's rounding depends on the layout, which may not depend on
        # how many frames are new.
        found = np.abs(spectra[..., first:end, :])
        sizes[..., first:end] = np.swapaxes(found, -1, -2)

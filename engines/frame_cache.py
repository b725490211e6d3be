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

    `start` is the grid's number of the window's frame 0, which lies at `at` in the room. Spectra
    and sizes are (..., frames, bins).
    """

    start: int
    at: int
    first: int
    end: int
    spectra: Spectra
    sizes: Audio


class FrameCache:
    """The frames of one signal of one stream. Memory: those of one window.

    All windows must be of that signal: the same position holds the same samples. Call `clear`
    before another signal. `alone`: nobody looks at a window's frames any more once the next
    window's are asked for. Frames that both hold then stay where they are, in room for twice as
    many, and are seldom copied.
    """

    def __init__(self, alone: bool = False) -> None:
        self._alone = alone
        self._room: tuple[Spectra, Audio] | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._kept: _Kept | None = None

    def transform(self, stft: Stft, audio: Audio, origin: int) -> tuple[Spectra, Audio]:
        """(..., W) that begins at `origin` -> (..., frames, bins), sizes (..., bins, frames).

        Equal in every bit to `transform(stft, audio)`. Do not change what comes out.
        """
        start = (origin + stft.first) // stft.hop
        at, spectra, sizes = self._place(stft, audio, start)
        first, end = stft.whole
        new = _Kept(start, at, start + first, start + end, spectra, sizes)
        first, end = _copy_cached(self._kept, new)
        _compute(stft, audio, spectra, sizes, 0, first)
        _compute(stft, audio, spectra, sizes, end, stft.frames)
        self._kept = new
        return spectra, np.swapaxes(sizes, -1, -2)

    def _place(self, stft: Stft, audio: Audio, start: int) -> tuple[int, Spectra, Audio]:
        """Where the frames of a window that begins with the grid's frame `start` are to be."""
        if not self._alone:
            return 0, *_empty(audio, stft.frames, stft.bins)
        shape, kept = (*audio.shape[:-1], stft.frames, stft.bins), self._kept
        if kept is None or kept.spectra.shape != shape or start < kept.start:
            kept = self._kept = None
        if self._room is None or kept is None:
            self._room = _empty(audio, 2 * stft.frames, stft.bins)
        at = kept.at + start - kept.start if kept else 0
        if at > stft.frames:
            at = 0  # of what is in the second half, the first one holds nothing
        spectra, sizes = self._room
        inside = slice(at, at + stft.frames)
        return at, spectra[..., inside, :], sizes[..., inside, :]


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
    if new.at - kept.at == new.start - kept.start and np.shares_memory(new.spectra, kept.spectra):
        return first - new.start, end - new.start
    new.spectra[..., here, :] = kept.spectra[..., there, :]
    new.sizes[..., here, :] = kept.sizes[..., there, :]
    return first - new.start, end - new.start


def transform(stft: Stft, audio: Audio) -> tuple[Spectra, Audio]:
    """(..., W) -> spectra (..., frames, bins) and their sizes (..., bins, frames)."""
    spectra, sizes = _empty(audio, stft.frames, stft.bins)
    _compute(stft, audio, spectra, sizes, 0, stft.frames)
    return spectra, np.swapaxes(sizes, -1, -2)


def _empty(audio: Audio, frames: int, bins: int) -> tuple[Spectra, Audio]:
    """Room for so many frames of audio (..., n): spectra and sizes, both (..., frames, bins)."""
    shape = (*audio.shape[:-1], frames, bins)
    return np.empty(shape, np.complex64), np.empty(shape, np.float32)


def _compute(
    stft: Stft, audio: Audio, spectra: Spectra, sizes: Audio, first: int, end: int
) -> None:
    if first < end:
        stft.transform(audio, spectra, first, end)
        # Along the bins: numpy's rounding depends on the layout, which may not depend on how many
        # frames are new.
        np.abs(spectra[..., first:end, :], out=sizes[..., first:end, :])

"""Short-time Fourier transform in numpy, with frames that can lie on an absolute grid.

Equal to torch.stft / torch.istft with center=True, pad_mode="constant" (or center=False) and
one-sided, unnormalised spectra, where phase = 0. Layout: spectra (..., frames, bins) complex64.
Where the domain says so, what frames find beyond the window's ends is the window reflected, as with
pad_mode="reflect", and the frames begin elsewhere: `StftDomain.offset_samples`.

Where the inverse gives the end of each frame alone (`StftDomain.synthesis_samples`), the windows
are the pair of Mauler and Martin (2007, "A low delay, variable resolution, perfect reconstruction
spectral analysis-synthesis system for speech enhancement", EUSIPCO; also Wang et al. 2021, arXiv
2106.11794). With frames of K samples, of which 2 M are given: the analysis window rises as
sin(pi n / 2 (K - M)) over K - M samples and falls as cos(pi m / 2 M) over M; the synthesis window
is, over the last 2 M samples, a periodic Hann window of 2 M divided by it. Their product is that
Hann window, whose copies at any hop of 2 M / k, k > 1, sum to a constant, so the inverse is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engines.spec import StftDomain
from engines.types import Audio, Spectra

# Below this sum of squared windows a sample is not determined by its frames.
_MIN_ENVELOPE = 1e-6
_ROWS = 32


class Stft:
    """The STFT of `window_samples` samples; its frame grid starts at `phase` (0 <= phase < hop).

    With centring, frame t is centred at phase + t*hop, after one more frame in front where phase is
    above 0; torch has no frame centred beyond the end. Without, frame t starts at phase + t*hop.
    """

    def __init__(self, domain: StftDomain, window_samples: int, phase: int = 0) -> None:
        self.fft, self.hop = domain.fft_samples, domain.hop_samples
        self._domain, self.gives = domain, domain.gives_samples
        self._taper, self._synthesis = tapers(domain.window, self.fft, domain.synthesis_samples)
        self._length = window_samples
        self._reflects = domain.edge == "reflect"
        self._full = domain.envelope == "full"
        if domain.offset_samples:
            self._first, self.frames = domain.offset_samples, domain.frames(window_samples)
        elif domain.centred:
            first = phase - self.hop if phase else 0
            self._first = first - self.fft // 2
            # As many for every phase, so that the graph sees one shape.
            self.frames = -(-window_samples // self.hop) + 1
        else:
            self._first = phase
            self.frames = max(0, (window_samples - phase - self.fft) // self.hop + 1)
        self.bins = self.fft // 2 + 1

    @property
    def first(self) -> int:
        """Where frame 0 begins in the window, in samples; negative where the window does not."""
        return self._first

    @property
    def whole(self) -> tuple[int, int]:
        """The frames [first, end) that lie wholly inside the window."""
        end = (self._length - self.fft - self._first) // self.hop + 1
        return -(self._first // self.hop), min(self.frames, end)

    def new_frames(self, advance_samples: int) -> int:
        """How many frames the same window so many samples earlier did not hold whole."""
        first, end = self.whole
        shared = end - first - -(-advance_samples // self.hop)
        return self.frames - max(0, shared)

    def forward(self, audio: Audio) -> Spectra:
        """(..., window_samples) float32 -> (..., frames, bins) complex64."""
        spectra = np.empty((*audio.shape[:-1], self.frames, self.bins), np.complex64)
        self.transform(audio, spectra, 0, self.frames)
        return spectra

    def transform(self, audio: Audio, spectra: Spectra, first: int, end: int) -> None:
        """`forward` of the frames [first, end) alone, into `spectra` of all of them."""
        if first >= end:
            return
        begin, stop = self._first + first * self.hop, self._first + (end - 1) * self.hop + self.fft
        body = audio[..., max(0, begin) : max(0, stop)]
        pads = (max(0, -begin), max(0, stop - self._length))
        if any(pads) and self._reflects:
            before, after = audio[..., pads[0] : 0 : -1], audio[..., -2 : -2 - pads[1] : -1]
            body = np.concatenate([before, body, after], axis=-1)
        elif any(pads):
            body = np.pad(body, [(0, 0)] * (audio.ndim - 1) + [pads])
        frames = sliding_window_view(body, self.fft, axis=-1)[..., :: self.hop, :]
        # Numpy's transform of many rows at once takes up to three times as long for each.
        for row in np.ndindex(frames.shape[:-2]):
            for at in range(0, end - first, _ROWS):
                some = frames[row][at : at + _ROWS] * self._taper
                out: Any = spectra[row][first + at : first + at + len(some)]
                np.fft.rfft(some, axis=-1, out=out)

    def needed(self, start: int, stop: int) -> tuple[int, int]:
        """The frames [first, end) whose inverses reach into samples [start, stop)."""
        return _reaching(self._grid(), start, stop)

    def inverse(self, spectra: Spectra, start: int, stop: int) -> Audio:
        """Samples [start, stop) from the spectra of the frames needed(start, stop).

        (..., needed frames, bins) complex64 -> (..., stop - start) float32. Samples that no frame
        determines are zero.
        """
        first, _ = self.needed(start, stop)
        pieces = np.fft.irfft(spectra, self.fft, axis=-1)[..., self.fft - self.gives :]
        pieces *= self._synthesis
        offset = start - (self._grid()[2] + first * self.hop)
        added = _cut(overlap_add(pieces, self.hop), offset, stop - start)
        audio: Audio = added * self._gain(start, stop)
        return audio

    def _gain(self, start: int, stop: int) -> Audio:
        grid = self._grid()
        if self._full:
            gives, hop, first, frames = grid
            beyond = -(-gives // hop)
            grid = gives, hop, first - beyond * hop, frames + 2 * beyond
        return _envelope_gain(self._domain.window, self.fft, grid, start, stop)

    def _grid(self) -> FrameGrid:
        """Of the parts of the frames that the inverse gives."""
        return self.gives, self.hop, self._first + self.fft - self.gives, self.frames


FrameGrid = tuple[int, int, int, int]
"""Length of a frame, hop, first sample of frame 0, number of frames."""


def _reaching(grid: FrameGrid, start: int, stop: int) -> tuple[int, int]:
    length, hop, origin, frames = grid
    first = max(0, (start - origin - length) // hop + 1)
    end = min(frames, -(-(stop - origin) // hop))
    return first, max(first, end)


@lru_cache(maxsize=64)
def make_stft(domain: StftDomain, window_samples: int, phase: int) -> Stft:
    """A Stft, which keeps no state, made once for each grid."""
    return Stft(domain, window_samples, phase)


@lru_cache(maxsize=8)  # a grid of whole STFT hops needs one; an offline window's is 1 MB
def _envelope_gain(window: str, fft: int, grid: FrameGrid, start: int, stop: int) -> Audio:
    """1 / sum of both windows' products in [start, stop) (Griffin and Lim 1984, eq. 6), else 0."""
    length, hop, origin, _ = grid
    first, end = _reaching(grid, start, stop)
    analysis, synthesis = tapers(window, fft, length if length < fft else 0)
    product = analysis[fft - length :].astype(np.float64) * synthesis.astype(np.float64)
    products = np.broadcast_to(product, (end - first, length))
    added = _cut(overlap_add(products, hop), start - origin - first * hop, stop - start)
    gain = np.where(added > _MIN_ENVELOPE, 1.0 / np.maximum(added, _MIN_ENVELOPE), 0.0)
    return gain.astype(np.float32)


def _cut(added: Any, offset: int, count: int) -> Any:
    """(..., count) from `offset`; zeros where that is before the beginning or after the end."""
    inside = added[..., max(0, offset) : max(0, offset + count)]
    before = min(count, max(0, -offset))
    after = count - before - inside.shape[-1]
    if before or after:
        inside = np.pad(inside, [(0, 0)] * (added.ndim - 1) + [(before, after)])
    return inside


@lru_cache(maxsize=16)
def taper(name: str, length: int) -> Audio:
    """The window `name` of engines.spec.WINDOWS, `length` samples float32."""
    shape: Audio = _SHAPES[name](np.arange(length) / length, length).astype(np.float32)
    return shape


@lru_cache(maxsize=16)
def tapers(name: str, fft: int, synthesis: int = 0) -> tuple[Audio, Audio]:
    """The analysis window (fft,) and the synthesis window (synthesis or fft,), float32.

    They are the same unless `synthesis` samples are given, which are fewer: see the module's
    docstring.
    """
    if synthesis in (0, fft):
        return taper(name, fft), taper(name, fft)
    half = synthesis // 2
    rising, falling = fft - half, np.arange(half) / synthesis
    analysis = np.sin(np.pi * np.arange(fft) / (2 * rising))
    analysis[rising:] = np.cos(np.pi * falling)
    product = _hann(np.arange(synthesis) / synthesis, synthesis)
    given: Audio = (product / analysis[-synthesis:]).astype(np.float32)
    return analysis.astype(np.float32), given


def _hann(place: Any, length: int) -> Any:
    return 0.5 - 0.5 * np.cos(2 * np.pi * place)


def _vorbis(place: Any, length: int) -> Any:
    """The power-complementary window of the Vorbis I specification, section 1.3.2."""
    return np.sin(np.pi / 2 * np.sin(np.pi * (place + 0.5 / length)) ** 2)


_SHAPES: dict[str, Callable[[Any, int], Any]] = {
    "hann_periodic": _hann,
    "sqrt_hann_periodic": lambda place, length: np.sqrt(_hann(place, length)),
    "hamming_periodic": lambda place, length: 0.54 - 0.46 * np.cos(2 * np.pi * place),
    "rectangular": lambda place, length: np.ones(length),
    "vorbis": _vorbis,
}


def overlap_add(pieces: Any, hop: int) -> Any:
    """(..., frames, length) -> (..., at least (frames - 1) * hop + length), added hop by hop.

    Adds whole columns of `hop` samples, so the order of additions is the same for every frame.
    """
    frames, length = pieces.shape[-2:]
    columns = -(-length // hop)
    if columns * hop != length:
        widths = [(0, 0)] * (pieces.ndim - 1) + [(0, columns * hop - length)]
        pieces = np.pad(pieces, widths)
    split = pieces.reshape(*pieces.shape[:-1], columns, hop)
    added = np.zeros((*pieces.shape[:-2], frames + columns - 1, hop), pieces.dtype)
    for column in range(columns):
        added[..., column : column + frames, :] += split[..., column, :]
    return added.reshape(*added.shape[:-2], -1)

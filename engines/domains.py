"""The two representations a graph can work in, behind one interface.

Both hold the stem estimates of a batch of windows as (B, S, C, ...) float32: samples, or STFT
magnitudes, to which the mixture's phase is added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np

from engines.frame_cache import transform
from engines.level import Gains, gains
from engines.spec import ModelSpec, StftDomain
from engines.stft import make_stft
from engines.types import Audio, Flags, Spectra
from engines.window import Window


class Frames(Protocol):
    """The mixes of a batch of windows of one size, in a domain.

    Everything is at the level that the network expects until it is synthesised: `engines.level`.
    """

    mix: Audio
    """What the graph takes as the mix: (B, C, ...)."""

    def analyse(self, stems: Audio, item: int) -> Audio:
        """The known stems (n, C, W) of one window as estimates (n, C, ...)."""
        ...

    def to_estimates(self, answer: Audio, chosen: Flags, item: int) -> None:
        """Turn the graph's answer (S, C, ...) into estimates of the chosen stems (S,), in place."""
        ...

    def needed(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        """The part of an estimate (S, C, ...) that samples [start, stop) depend on, as a view."""
        ...

    def synthesise(self, part: Audio, item: int, start: int, stop: int) -> Audio:
        """Samples [start, stop) of the `needed` part of an estimate, (S, C, stop - start)."""
        ...


class WaveformFrames:
    """Estimates are the samples themselves."""

    mix_name: ClassVar[str] = "mix"
    given_name: ClassVar[str] = "given"
    output_name: ClassVar[str] = "stems"

    def __init__(self, spec: ModelSpec, windows: Sequence[Window]) -> None:
        found = [_gains(spec, window) for window in windows]
        samples = np.arange(windows[0].mix.shape[-1])
        self._gains = [one.at(samples) if one else None for one in found]
        self.mix = stacked(
            [_raised(w.mix, one) for w, one in zip(windows, self._gains, strict=True)]
        )

    def analyse(self, stems: Audio, item: int) -> Audio:
        return _raised(stems, self._gains[item])

    def to_estimates(self, answer: Audio, chosen: Flags, item: int) -> None:
        pass

    def needed(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        return estimate[..., start:stop]

    def synthesise(self, part: Audio, item: int, start: int, stop: int) -> Audio:
        return _lowered(part, self._gains[item], start, stop)


class StftFrames:
    """Estimates are magnitudes (S, C, bins, frames): mask times the mixture's magnitude."""

    mix_name: ClassVar[str] = "mix_mag"
    given_name: ClassVar[str] = "given_mag"
    output_name: ClassVar[str] = "masks"

    def __init__(self, domain: StftDomain, spec: ModelSpec, windows: Sequence[Window]) -> None:
        length = windows[0].mix.shape[-1]
        # Frames lie on the stream's own grid, so windows that overlap see the same frames.
        phases = [-window.origin % domain.hop_samples for window in windows]
        self._stfts = [make_stft(domain, length, phase) for phase in phases]
        self._windows = windows
        found = [self._transformed(item, window.mix, 0) for item, window in enumerate(windows)]
        self._spectra = [spectra for spectra, _ in found]
        self._gains = [self._frame_gains(spec, item) for item in range(len(windows))]
        pairs = zip(found, self._gains, strict=True)
        self.mix = stacked([_raised(sizes, gains) for (_, sizes), gains in pairs])

    def _frame_gains(self, spec: ModelSpec, item: int) -> Audio | None:
        """Of the middle of every frame."""
        found, stft = _gains(spec, self._windows[item]), self._stfts[item]
        middles = stft.first + stft.fft // 2 + stft.hop * np.arange(stft.frames)
        return found.at(middles) if found else None

    def _transformed(self, item: int, audio: Audio, signal: int) -> tuple[Spectra, Audio]:
        """Spectra and magnitudes; `signal` 0 is the mix, 1 the known stems."""
        window, stft = self._windows[item], self._stfts[item]
        if window.frame_caches is None:
            return transform(stft, audio)
        return window.frame_caches[signal].transform(stft, audio, window.origin)

    def analyse(self, stems: Audio, item: int) -> Audio:
        return _raised(self._transformed(item, stems, 1)[1], self._gains[item])

    def to_estimates(self, answer: Audio, chosen: Flags, item: int) -> None:
        for stem in np.flatnonzero(chosen):
            answer[stem] *= self.mix[item]

    def needed(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        first, end = self._stfts[item].needed(start, stop)
        return estimate[..., first:end]

    def synthesise(self, part: Audio, item: int, start: int, stop: int) -> Audio:
        stft = self._stfts[item]
        first, end = stft.needed(start, stop)
        part = _lowered(part, self._gains[item], first, end)
        spectra = self._spectra[item][:, first:end]
        unit = spectra * (1 / np.maximum(np.abs(spectra), _TINY))
        audio = np.empty((*part.shape[:2], stop - start), np.float32)
        # Stem by stem, as that stays in the processor's cache.
        for row, magnitude in zip(audio, part, strict=True):
            wanted = np.ascontiguousarray(np.swapaxes(magnitude, -1, -2))
            row[:] = stft.inverse(np.asarray(wanted * unit, np.complex64), start, stop)
        return audio


# Magnitudes below this have no phase worth keeping (and their inverse would overflow).
_TINY = np.float32(1e-30)


def _gains(spec: ModelSpec, window: Window) -> Gains | None:
    """What brings the window's mix to the level that the network expects; None: as it comes."""
    if spec.level_db is None:
        return None
    if window.follower is None:
        return gains(spec.level_db, window.mix, spec.rate_hz)
    place = window.start, window.stop
    return window.follower.gains(spec.level_db, window.mix, spec.rate_hz, *place)


def _raised(audio: Audio, gains: Audio | None) -> Audio:
    """(..., n) at the network's level, for gains (n,)."""
    return audio if gains is None else audio * gains


def _lowered(part: Audio, gains: Audio | None, first: int, end: int) -> Audio:
    """The part [first, end) of what the network made, at the level of the input."""
    if gains is None:
        return part
    inverse: Audio = np.reciprocal(gains[first:end])
    return part * inverse


def stacked(parts: list[Audio]) -> Audio:
    """The parts along a new first axis; a single one without being copied."""
    return parts[0][None] if len(parts) == 1 else np.stack(parts)


def frames_type(spec: ModelSpec) -> type[WaveformFrames] | type[StftFrames]:
    """The representation of the model's domain."""
    return StftFrames if isinstance(spec.domain, StftDomain) else WaveformFrames


def make_frames(spec: ModelSpec, windows: Sequence[Window]) -> Frames:
    """The windows' mixes in the model's domain."""
    if isinstance(spec.domain, StftDomain):
        return StftFrames(spec.domain, spec, windows)
    return WaveformFrames(spec, windows)

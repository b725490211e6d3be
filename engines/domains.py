"""The representations a graph can work in, behind one interface.

All hold the stem estimates of a batch of windows as (B, S, C, ...) float32: samples; STFT
magnitudes, to which the mixture's phase is added at the end; or real and imaginary parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from engines.frame_cache import transform
from engines.level import Gains, gains
from engines.masking import BLOCK, ratio_masks, refined
from engines.spec import HybridDomain, ModelSpec, StftDomain
from engines.stft import Stft, make_stft
from engines.types import Audio, Flags, Spectra
from engines.window import Window

Arrays = Mapping[str, Audio]
"""What ports carry, by their role: engines.spec.ROLES. The axes are the engine's."""

Levels = Sequence[Gains | None]
"""What brings each window to the network's level."""


class Frames(Protocol):
    """The mixes of a batch of windows of one size, in a domain.

    Everything is at the level that the network expects until it is synthesised: `engines.level`.
    """

    @property
    def inputs(self) -> Arrays:
        """What the graph takes of the mixes: (B, C, ...) each."""
        ...

    def stems(self, answer: Arrays, item: int, start: int, stop: int) -> Audio:
        """Samples [start, stop) of the stems that the graph's answer (S, C, ...) each stands for.

        (S, C, stop - start). The answer may be changed.
        """
        ...


class Estimates(Frames, Protocol):
    """Frames whose stems can be given to the graph again, as a conditional model needs it."""

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

    def __init__(
        self, spec: ModelSpec, windows: Sequence[Window], levels: Levels | None = None
    ) -> None:
        found = levels or [_gains(spec, window) for window in windows]
        samples = np.arange(windows[0].mix.shape[-1])
        self._gains = [one.at(samples) if one else None for one in found]
        self.mix = stacked(
            [_raised(w.mix, one) for w, one in zip(windows, self._gains, strict=True)]
        )

    @property
    def inputs(self) -> Arrays:
        return {"mix": self.mix}

    def stems(self, answer: Arrays, item: int, start: int, stop: int) -> Audio:
        return self.synthesise(answer["stems"][..., start:stop], item, start, stop)

    def analyse(self, stems: Audio, item: int) -> Audio:
        return _raised(stems, self._gains[item])

    def to_estimates(self, answer: Audio, chosen: Flags, item: int) -> None:
        pass

    def needed(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        return estimate[..., start:stop]

    def synthesise(self, part: Audio, item: int, start: int, stop: int) -> Audio:
        return _lowered(part, self._gains[item], start, stop)


class _Spectral:
    """The STFTs of a batch of windows, and the gains of their frames."""

    def __init__(
        self, domain: StftDomain, spec: ModelSpec, windows: Sequence[Window],
        levels: Levels | None = None,
    ) -> None:  # fmt: skip
        self._domain, self._spec, self._windows = domain, spec, windows
        length, hop = windows[0].mix.shape[-1], domain.hop_samples
        # Frames lie on the stream's own grid, so windows that overlap see the same frames; or on
        # each window's own.
        phases = [0 if domain.on_window else -window.origin % hop for window in windows]
        self._stfts = [make_stft(domain, length, phase) for phase in phases]
        found = [self._transformed(item, window.mix, 0) for item, window in enumerate(windows)]
        self._spectra = [spectra for spectra, _ in found]
        self._sizes = [sizes for _, sizes in found]
        levels = levels or [_gains(spec, window) for window in windows]
        self._gains = [self._frame_gains(one, item) for item, one in enumerate(levels)]

    def _frame_gains(self, found: Gains | None, item: int) -> Audio | None:
        """Of the middle of what every frame gives."""
        stft = self._stfts[item]
        middles = stft.first + stft.fft - stft.gives // 2 + stft.hop * np.arange(stft.frames)
        return found.at(middles) if found else None

    def _transformed(self, item: int, audio: Audio, signal: int) -> tuple[Spectra, Audio]:
        """Spectra and magnitudes; `signal` 0 is the mix, 1 the known stems."""
        window, stft = self._windows[item], self._stfts[item]
        aligned = (window.origin + stft.first) % stft.hop == 0
        if window.frame_caches is None or not (aligned or not self._domain.on_window):
            return transform(stft, audio)
        return window.frame_caches[signal].transform(stft, audio, window.origin)

    def _kept(self, sizes: Audio) -> Audio:
        """Of (..., bins, frames), the bins that the graph takes, at its scale."""
        kept = sizes[..., : self._domain.kept_bins, :]
        return kept if self._domain.scale == 1.0 else kept * np.float32(self._domain.scale)

    def _without_lowest(self, kept: Audio) -> Audio:
        if self._domain.zero_bins:
            kept = kept.copy()
            kept[..., : self._domain.zero_bins, :] = 0
        return kept

    def _inverse(self, spectra: Spectra, stft: Stft, start: int, stop: int) -> Audio:
        """Samples of the needed frames (..., frames, kept bins): what lies above them is silent."""
        if spectra.shape[-1] < stft.bins:
            whole = np.zeros((*spectra.shape[:-1], stft.bins), np.complex64)
            whole[..., : spectra.shape[-1]] = spectra
            spectra = whole
        return stft.inverse(spectra, start, stop)


class StftFrames(_Spectral):
    """Estimates are magnitudes (S, C, bins, frames), such as mask times the mixture's magnitude."""

    def __init__(self, domain: StftDomain, spec: ModelSpec, windows: Sequence[Window]) -> None:
        super().__init__(domain, spec, windows)
        pairs = zip(self._sizes, self._gains, strict=True)
        self._heard = [_raised(self._kept(sizes), gains) for sizes, gains in pairs]
        self.mix = stacked([self._without_lowest(one) for one in self._heard])

    @property
    def inputs(self) -> Arrays:
        return {"spec": self.mix}

    def stems(self, answer: Arrays, item: int, start: int, stop: int) -> Audio:
        found = answer["spec_stems"]
        if self._spec.answers_with == "ratio":
            found = ratio_masks(found)
        if self._spec.answers_with != "magnitude":
            self.to_estimates(found, np.ones(len(found), np.bool_), item)
        if self._spec.wiener:
            return self._filtered(found, item, start, stop)
        return self.synthesise(self.needed(found, item, start, stop), item, start, stop)

    def analyse(self, stems: Audio, item: int) -> Audio:
        return _raised(self._kept(self._transformed(item, stems, 1)[1]), self._gains[item])

    def to_estimates(self, answer: Audio, chosen: Flags, item: int) -> None:
        for stem in np.flatnonzero(chosen):
            answer[stem] *= self._heard[item]

    def needed(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        first, end = self._stfts[item].needed(start, stop)
        return estimate[..., first:end]

    def synthesise(self, part: Audio, item: int, start: int, stop: int) -> Audio:
        stft = self._stfts[item]
        first, end = stft.needed(start, stop)
        part = _lowered(part, self._gains[item], first, end)
        unit = self._phases(item, first, end)
        audio = np.empty((*part.shape[:2], stop - start), np.float32)
        # Stem by stem, as that stays in the processor's cache.
        for row, magnitude in zip(audio, part, strict=True):
            wanted = np.ascontiguousarray(np.swapaxes(magnitude, -1, -2))
            spectra = np.asarray(wanted * unit, np.complex64)
            row[:] = self._inverse(spectra, stft, start, stop)
        if self._domain.scale != 1.0:
            audio *= np.float32(1 / self._domain.scale)
        return audio

    def _phases(self, item: int, first: int, end: int) -> Spectra:
        """The mix's spectra of the kept bins of frames [first, end), all of size 1."""
        spectra = self._spectra[item][:, first:end, : self._domain.kept_bins]
        unit: Spectra = spectra * (1 / np.maximum(np.abs(spectra), _TINY))
        return unit

    def _filtered(self, estimate: Audio, item: int, start: int, stop: int) -> Audio:
        """As `synthesise` of the needed part, after a step of Wiener filtering of its blocks."""
        stft = self._stfts[item]
        first, end = stft.needed(start, stop)
        begin, stop_at = first - first % BLOCK, min(stft.frames, -(-end // BLOCK) * BLOCK)
        phases = self._phases(item, begin, stop_at)
        heard = np.swapaxes(self._heard[item][..., begin:stop_at], -1, -2) * phases
        stems = estimate[..., begin:stop_at]
        found = refined(stems, phases, heard, first - begin, end - begin)
        outside = _outside(found, self._domain, self._gains[item], first, end)
        return self._inverse(outside, stft, start, stop)


class ComplexFrames(_Spectral):
    """Estimates are real and imaginary parts (S, C, 2, bins, frames)."""

    def __init__(
        self, domain: StftDomain, spec: ModelSpec, windows: Sequence[Window],
        levels: Levels | None = None,
    ) -> None:  # fmt: skip
        super().__init__(domain, spec, windows, levels)
        pairs = zip(self._spectra, self._gains, strict=True)
        self._heard = [_raised(self._kept(_apart(spectra)), gains) for spectra, gains in pairs]
        self.mix = stacked([self._without_lowest(one) for one in self._heard])

    @property
    def inputs(self) -> Arrays:
        return {"spec": self.mix}

    def stems(self, answer: Arrays, item: int, start: int, stop: int) -> Audio:
        stft = self._stfts[item]
        first, end = stft.needed(start, stop)
        found = _together(answer["spec_stems"][..., first:end])
        if self._spec.answers_with == "mask":
            found = found * _together(self._heard[item][..., first:end])
        found = _outside(found, self._domain, self._gains[item], first, end)
        return self._inverse(found, stft, start, stop)


class HybridFrames:
    """Estimates are an STFT's and samples, which are added."""

    def __init__(self, domain: HybridDomain, spec: ModelSpec, windows: Sequence[Window]) -> None:
        levels = [_gains(spec, window) for window in windows]  # once, as a follower must be asked
        self._parts = (
            WaveformFrames(spec, windows, levels),
            ComplexFrames(domain.stft, spec, windows, levels),
        )

    @property
    def inputs(self) -> Arrays:
        waveform, spectral = self._parts
        return {**waveform.inputs, **spectral.inputs}

    def stems(self, answer: Arrays, item: int, start: int, stop: int) -> Audio:
        waveform, spectral = self._parts
        found = spectral.stems(answer, item, start, stop)
        found += waveform.stems(answer, item, start, stop)
        return found


# Magnitudes below this have no phase worth keeping (and their inverse would overflow).
_TINY = np.float32(1e-30)


def _apart(spectra: Spectra) -> Audio:
    """(..., frames, bins) -> real and imaginary parts (..., 2, bins, frames)."""
    turned = np.swapaxes(spectra, -1, -2)
    return np.stack([turned.real, turned.imag], axis=-3)


def _together(parts: Audio) -> Spectra:
    """(..., 2, bins, frames) -> (..., frames, bins)."""
    turned = np.swapaxes(parts, -1, -2)
    spectra = np.empty((*turned.shape[:-3], *turned.shape[-2:]), np.complex64)
    spectra.real, spectra.imag = turned[..., 0, :, :], turned[..., 1, :, :]
    return spectra


def _outside(
    spectra: Spectra, domain: StftDomain, gains: Audio | None, first: int, end: int
) -> Spectra:
    """Spectra (..., frames, bins) that the network made, at the input's level and scale 1."""
    if gains is not None:
        spectra = spectra * np.reciprocal(gains[first:end])[:, None]
    if domain.scale != 1.0:
        spectra = spectra * np.float32(1 / domain.scale)
    return spectra


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


def make_frames(spec: ModelSpec, windows: Sequence[Window]) -> Frames:
    """The windows' mixes in the model's domain."""
    if isinstance(spec.domain, HybridDomain):
        return HybridFrames(spec.domain, spec, windows)
    if isinstance(spec.domain, StftDomain) and spec.domain.values == "complex":
        return ComplexFrames(spec.domain, spec, windows)
    return make_estimates(spec, windows)


def make_estimates(spec: ModelSpec, windows: Sequence[Window]) -> Estimates:
    """The same for a conditional model: samples, or magnitudes and masks."""
    if isinstance(spec.domain, StftDomain):
        return StftFrames(spec.domain, spec, windows)
    return WaveformFrames(spec, windows)

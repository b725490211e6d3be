"""What a graph works in: samples, an STFT, or both. Each says which windows it can take."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from engines.spec.checks import one_of, require

RECTANGULAR, SQRT_HANN = "rectangular", "sqrt_hann_periodic"
WINDOWS = ("hann_periodic", SQRT_HANN, "hamming_periodic", RECTANGULAR, "vorbis")
VALUES = ("magnitude", "complex")
EDGES = ("zeros", "reflect")
ENVELOPES = ("partial", "full")
_TRIES = 64


def _valid_length(length: int, base: int, step: int) -> int:
    """The smallest base + k * step, k >= 0, of at least `length`; with step 0 the base."""
    return base + max(0, -(-(length - base) // step)) * step if step else base


@dataclass(frozen=True)
class WaveformDomain:
    """The graph takes samples.

    length_base_samples: it takes windows of base + k * step samples, k >= 0.
    length_step_samples: the step; 0: the base is the one length.
    """

    kind: ClassVar[str] = "waveform"
    length_base_samples: int = 1
    length_step_samples: int = 1

    def __post_init__(self) -> None:
        seen = f"lengths {self.length_base_samples} + k * {self.length_step_samples}"
        holds = self.length_base_samples >= 1 and self.length_step_samples >= 0
        require(holds, seen, "a base of at least 1 sample and a step of at least 0")

    def valid_window(self, window_samples: int) -> int:
        """The smallest window of at least `window_samples` that the graph accepts.

        Where there is none, the longest that it accepts.
        """
        return _valid_length(window_samples, self.length_base_samples, self.length_step_samples)


@dataclass(frozen=True)
class StftDomain:
    """The graph takes an STFT: magnitudes, or real and imaginary parts.

    Frames lie on the stream's own grid, unless one of `frames_base`, `edge`, `offset_samples` and
    `envelope` asks for what a window by itself has: `on_window`.

    fft_samples: the length of a frame.
    hop_samples: from one frame to the next; at most half of it (`rectangular`: all of it).
    window: `hann_periodic`, `sqrt_hann_periodic`, `hamming_periodic`, `rectangular` or `vorbis`.
    centred: whether frame 0 is centred at the window's beginning, or begins there.
    bands: of (bins, how many), for information: banding happens in the graph.
    values: `magnitude` or `complex`.
    bins: the lowest that the graph is given and gives, 0 for all: above them stems are silent.
    zero_bins: how many of the lowest it is given as 0.
    scale: what spectra are multiplied by for the graph: 1/64 for a normalised STFT of 4096.
    frames_base: it takes base + k * step frames, k >= 0; 0: any number.
    frames_step: the step; 0: the base is the one number.
    edge: what frames over a window's ends find: `zeros`, or the window reflected (`reflect`).
    offset_samples: where frame 0 begins, if not centred: -1536 for HTDemucs. As many frames follow
        as reach that far beyond the end.
    envelope: what the inverse divides by: the squared windows of those frames that there are
        (`partial`), or of all that would reach a sample if there were more at both ends (`full`).
    synthesis_samples: how many samples at the end of a frame the inverse gives; 0: all of it. With
        fewer, the windows are a pair whose product is a Hann window of that length: the graph hears
        long frames, and the latency is that of short ones. With `sqrt_hann_periodic`, not centred.
    """

    kind: ClassVar[str] = "stft"
    fft_samples: int = 4096
    hop_samples: int = 1024
    window: str = "hann_periodic"
    centred: bool = True
    bands: tuple[tuple[int, int], ...] | None = None
    values: str = "magnitude"
    bins: int = 0
    zero_bins: int = 0
    scale: float = 1.0
    frames_base: int = 0
    frames_step: int = 0
    edge: str = "zeros"
    offset_samples: int = 0
    envelope: str = "partial"
    synthesis_samples: int = 0

    def __post_init__(self) -> None:
        seen = f"STFT of {self.fft_samples} every {self.hop_samples} samples"
        one_of(self.window, WINDOWS, "window")
        most = self.fft_samples if self.window == RECTANGULAR else self.fft_samples // 2
        holds = self.fft_samples >= 2 and 1 <= self.hop_samples <= most
        expected = "fft_samples of at least 2 and a hop of at most half of it (rectangular: of it)"
        require(holds, seen, expected)
        require(self.fft_samples % 2 == 0, seen, "an even fft_samples")
        one_of(self.values, VALUES, "values")
        one_of(self.edge, EDGES, "edge")
        one_of(self.envelope, ENVELOPES, "envelope")
        self._check_numbers()

    def _check_numbers(self) -> None:
        most = self.fft_samples // 2 + 1
        require(0 <= self.bins <= most, f"bins {self.bins}", f"0 for all, or 1 to {most}")
        seen = f"zero_bins {self.zero_bins}"
        require(0 <= self.zero_bins < self.kept_bins, seen, f"0 to {self.kept_bins - 1}")
        require(isfinite(self.scale) and self.scale > 0.0, f"scale {self.scale}", "above 0")
        seen = f"frames {self.frames_base} + k * {self.frames_step}"
        holds = self.frames_base >= 0 and self.frames_step >= 0
        holds = holds and (self.frames_base >= 1 or self.frames_step == 0)
        require(holds, seen, "a base of at least 1 frame and a step of at least 0, or 0 and 0")
        seen = f"offset_samples {self.offset_samples}, centred {self.centred}"
        holds = self.offset_samples == 0 or not self.centred
        holds = holds and -(self.fft_samples // 2) <= self.offset_samples <= 0
        require(holds, seen, "0, or where not centred down to half of -fft_samples")
        seen = f"edge {self.edge!r} with a hop of {self.hop_samples}"
        holds = self.edge == "zeros" or self.hop_samples <= self.fft_samples // 2
        require(holds, seen, "a hop of at most half of fft_samples")
        if self.synthesis_samples:
            self._check_pair()

    def _check_pair(self) -> None:
        gives, hop = self.synthesis_samples, self.hop_samples
        seen = f"synthesis_samples {gives} of {self.fft_samples} every {hop}"
        holds = 2 * hop <= gives <= self.fft_samples and gives % hop == 0 and gives % 2 == 0
        require(holds, seen, "0, or even, whole hops, at least two of them, at most fft_samples")
        holds = self.window == SQRT_HANN and not self.centred and self.edge == "zeros"
        expected = f"{SQRT_HANN}, not centred, with zeros at the edges"
        require(holds, f"synthesis_samples {gives} with {self.window!r}", expected)

    @property
    def gives_samples(self) -> int:
        """How many samples at the end of a frame its inverse gives."""
        return self.synthesis_samples or self.fft_samples

    @property
    def kept_bins(self) -> int:
        """How many bins the graph is given."""
        return self.bins or self.fft_samples // 2 + 1

    @property
    def first_sample(self) -> int:
        """Where frame 0 of a window begins, counted from the window's beginning: at most 0."""
        return -(self.fft_samples // 2) if self.centred else self.offset_samples

    @property
    def on_window(self) -> bool:
        """Whether every window's frames begin with the window, not on the stream's grid."""
        asked = bool(self.frames_base or self.offset_samples)
        return asked or self.edge != "zeros" or self.envelope != "partial"

    def frames(self, window_samples: int) -> int:
        """How many frames a window has where frame 0 lies at its beginning."""
        beyond = window_samples - self.fft_samples - 2 * self.first_sample
        if self.first_sample == 0:
            return max(0, beyond // self.hop_samples + 1)
        return -(-beyond // self.hop_samples) + 1

    def valid_window(self, window_samples: int) -> int:
        """The smallest window of at least `window_samples` and one FFT, where that will do.

        Where its number of frames does not suit, the window of the next number that does; of the
        largest number where there is none.
        """
        least = max(window_samples, self.fft_samples)
        have = self.frames(least)
        if not self.frames_base:
            return least
        wanted = _valid_length(have, self.frames_base, self.frames_step)
        if wanted == have:
            return least
        return (wanted - 1) * self.hop_samples + self.fft_samples + 2 * self.first_sample


@dataclass(frozen=True)
class HybridDomain:
    """The graph takes samples and their STFT and gives both; a stem is the sum of the two.

    stft: the STFT, of complex values.
    waveform: the samples.
    """

    kind: ClassVar[str] = "hybrid"
    stft: StftDomain
    waveform: WaveformDomain = WaveformDomain()

    def __post_init__(self) -> None:
        seen = f"values {self.stft.values!r} in a hybrid domain"
        require(self.stft.values == "complex", seen, "complex values")

    def valid_window(self, window_samples: int) -> int:
        """The smallest window of at least `window_samples` that suits both, if one is near."""
        found = window_samples
        for _ in range(_TRIES):
            there = self.waveform.valid_window(found)
            both = self.stft.valid_window(there)
            if there == both:
                return both
            found = both
        return found


Domain = WaveformDomain | StftDomain | HybridDomain

"""The two representations a graph can work in, behind one interface.

Both hold stem estimates as (S, C, ...) float32 arrays: samples, or STFT magnitudes with the
mixture's phase left aside until the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from engines.errors import GraphError
from engines.ort import Session
from engines.spec import ModelSpec, StftDomain, WaveformDomain
from engines.stft import Stft
from engines.types import Audio, Spectra
from engines.window import Window


class Frame(Protocol):
    """One window's mix in a domain."""

    def analyse(self, stems: Audio) -> Audio:
        """Stems (S, C, W) as estimates of this domain."""
        ...

    def estimate(self, feeds: Mapping[str, Audio]) -> Audio:
        """One network call. `feeds` are the inputs beside the mix; returns (S, C, ...) float32."""
        ...

    def synthesise(self, estimate: Audio, start: int, stop: int) -> Audio:
        """Samples [start, stop) of an estimate: (S, C, stop - start) float32."""
        ...


class WaveformFrame:
    """Estimates are the samples themselves."""

    def __init__(self, session: Session, mix: Audio) -> None:
        self._session = session
        self._mix = mix[None]

    def analyse(self, stems: Audio) -> Audio:
        return stems

    def estimate(self, feeds: Mapping[str, Audio]) -> Audio:
        stems: Audio = self._session.run("stems", {"mix": self._mix, **feeds})[0]
        return stems

    def synthesise(self, estimate: Audio, start: int, stop: int) -> Audio:
        return estimate[..., start:stop]


class StftFrame:
    """Estimates are magnitudes (S, C, bins, frames); the phase is the mixture's."""

    def __init__(self, session: Session, domain: StftDomain, window: Window) -> None:
        self._session = session
        # Frames lie on the stream's own grid, so windows that overlap see the same frames.
        self._stft = Stft(domain, window.mix.shape[-1], -window.origin % domain.hop_samples)
        self._spectra: Spectra = self._stft.forward(window.mix)
        self._mag = _bins_first(np.abs(self._spectra))

    def analyse(self, stems: Audio) -> Audio:
        return _bins_first(np.abs(self._stft.forward(stems)))

    def estimate(self, feeds: Mapping[str, Audio]) -> Audio:
        masks = self._session.run("masks", {"mix_mag": self._mag[None], **feeds})[0]
        magnitudes: Audio = masks * self._mag
        return magnitudes

    def synthesise(self, estimate: Audio, start: int, stop: int) -> Audio:
        first, end = self._stft.needed(start, stop)
        wanted = np.swapaxes(estimate[..., first:end], -1, -2)
        spectra = self._spectra[:, first:end]
        mag = np.swapaxes(self._mag[..., first:end], -1, -2)
        unit = spectra / np.maximum(mag, np.finfo(np.float32).tiny)
        return self._stft.inverse((wanted * unit).astype(np.complex64, copy=False), start, stop)


def _bins_first(mag: Audio) -> Audio:
    return np.ascontiguousarray(np.swapaxes(mag, -1, -2))


def make_frame(session: Session, spec: ModelSpec, window: Window) -> Frame:
    """The window's mix in the model's domain."""
    if isinstance(spec.domain, StftDomain):
        return StftFrame(session, spec.domain, window)
    return WaveformFrame(session, window.mix)


def given_name(spec: ModelSpec) -> str:
    """The graph's input for given stems."""
    return "given_mag" if isinstance(spec.domain, StftDomain) else "given"


def check_graph(spec: ModelSpec, session: Session) -> None:
    """Raises GraphError where the graph's names or ranks differ from the spec's domain."""
    waveform = isinstance(spec.domain, WaveformDomain)
    wanted = {"mix": 3} if waveform else {"mix_mag": 4}
    if spec.conditional:
        wanted |= {given_name(spec): 4 if waveform else 5, "flags": 2}
    output = "stems" if waveform else "masks"
    seen = {name: len(shape) for name, shape in session.inputs.items()}
    if seen != wanted or output not in session.outputs:
        found = f"inputs (name: rank) {seen}, outputs {list(session.outputs)}"
        expected = f"inputs {wanted}, output {output}"
        raise GraphError(found, expected, "export the model again")

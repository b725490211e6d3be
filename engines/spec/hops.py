"""How a graph with a state goes through a signal: hop by hop, one call for each."""

from __future__ import annotations

from dataclasses import dataclass

from engines.grid import Grid
from engines.spec.domains import Domain, HybridDomain, StftDomain


@dataclass(frozen=True)
class Hops:
    """A call reads `reads` samples and advances by `hop`. The answer to what is read last may be
    late by any number of hops where `late` is set: that is the grid's lookahead.
    """

    reads: int
    hop: int
    late: bool

    def problem(self, grid: Grid) -> tuple[str, str] | None:
        """What was seen, and what was expected, of a grid that this graph cannot be run on."""
        if grid.crossfade_samples:
            return f"crossfade_samples {grid.crossfade_samples}", "0, as each hop is heard once"
        if grid.hop_samples % self.hop:
            return f"hop_samples {grid.hop_samples}", f"a multiple of {self.hop}"
        if self.late and grid.lookahead_samples % self.hop:
            return f"lookahead_samples {grid.lookahead_samples}", f"a multiple of {self.hop}"
        if not self.late and grid.lookahead_samples != self.reads - self.hop:
            return f"lookahead_samples {grid.lookahead_samples}", f"{self.reads - self.hop}"
        if grid.start:
            whole = grid.hop_samples + grid.lookahead_samples
            return f"window_samples {grid.window_samples}", f"hop + lookahead = {whole}"
        return None


def hops_of(domain: Domain) -> Hops | None:
    """Of an STFT whose windows of one FFT have one frame, or of samples; None for others.

    Of samples a call takes as many as the domain's base.
    """
    if isinstance(domain, HybridDomain):
        return None
    if isinstance(domain, StftDomain):
        fft = domain.fft_samples
        return Hops(fft, domain.hop_samples, late=False) if domain.frames(fft) == 1 else None
    return Hops(domain.length_base_samples, domain.length_base_samples, late=True)

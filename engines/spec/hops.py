"""How a graph with a state goes through a signal: hop by hop, one call for each."""

from __future__ import annotations

from dataclasses import dataclass

from engines.grid import Grid
from engines.spec.domains import Domain, HybridDomain, StftDomain


@dataclass(frozen=True)
class Hops:
    """A call reads `reads` samples, gives the last `gives` of them and advances by `hop`.

    The answer is `late` hops late: it is of what was read so many calls before. None: it is as late
    as the grid's lookahead says.
    """

    reads: int
    gives: int
    hop: int
    late: int | None

    @property
    def reach(self) -> int:
        """How far what a call gives reaches beyond its hop."""
        return self.gives - self.hop

    @property
    def before(self) -> int:
        """How much a call reads before what it gives."""
        return self.reads - self.gives

    def problem(self, grid: Grid) -> tuple[str, str] | None:
        """What was seen, and what was expected, of a grid that this graph cannot be run on."""
        if grid.crossfade_samples:
            return f"crossfade_samples {grid.crossfade_samples}", "0, as each hop is heard once"
        if grid.hop_samples % self.hop:
            return f"hop_samples {grid.hop_samples}", f"a multiple of {self.hop}"
        seen = f"lookahead_samples {grid.lookahead_samples}"
        if self.late is None and grid.lookahead_samples % self.hop:
            return seen, f"a multiple of {self.hop}"
        if self.late is not None:
            ahead = self.reach + self.late * self.hop
            if grid.lookahead_samples != ahead:
                return seen, f"{ahead}"
        if grid.start != self.before:
            whole = self.before + grid.hop_samples + grid.lookahead_samples
            words = "hop + lookahead" + (" + what is read before" if self.before else "")
            return f"window_samples {grid.window_samples}", f"{words} = {whole}"
        return None


def hops_of(domain: Domain, late: int | None) -> Hops | None:
    """Of an STFT whose windows of one FFT have one frame, or of samples; None for others.

    Of samples a call takes as many as the domain's base. An STFT's answer is late where that is
    said alone.
    """
    if isinstance(domain, HybridDomain):
        return None
    if isinstance(domain, StftDomain):
        fft = domain.fft_samples
        if domain.frames(fft) != 1:
            return None
        return Hops(fft, domain.gives_samples, domain.hop_samples, late or 0)
    base = domain.length_base_samples
    return Hops(base, base, base, late)

"""A body on spectra: samples in and out, between them the U-Net of `body.py` on frames and bins.

Real and imaginary parts are channels, as they are (no phase is taken apart, no level pressed). The
U-Net's taps are the same at every frequency, which instruments are not: learnt planes, the same in
all frames, tell it where it is. There are as many frames as the signal has hops, so that none is
added to fill a patch; the highest bin is left out for the same reason.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.nets.denoising.body import Body, Sizes
from export.nets.denoising.filters import Spectra

PLANES = 4


class StftBody(nn.Module):
    """`sizes` are of the U-Net on planes (see `planes`), `fft` of its frames, in samples."""

    def __init__(self, sizes: Sizes, fft: int) -> None:
        super().__init__()
        self.spectra = Spectra(fft, edge=fft // 4)
        self.where = nn.Parameter(torch.randn(PLANES, 1, fft // 2))
        self.inner = Body(sizes)

    def forward(self, signal: Tensor, sigma: Tensor, vectors: Tensor | None) -> Tensor:
        """(N, inward, T), levels (N,), labels' vectors (N, K, D) -> (N, outward, T)."""
        with torch.autocast(signal.device.type, enabled=False):
            heard = [part[..., :-1] for part in self.spectra.analyse(signal)]
        rows, _, frames, _ = heard[0].shape
        planes = torch.cat([*heard, self.where.expand(rows, -1, frames, -1)], 1)
        found = self.inner(planes, sigma, vectors).to(signal.dtype)
        with torch.autocast(signal.device.type, enabled=False):
            half = found.shape[1] // 2
            whole = F.pad(found, (0, 1))
            return self.spectra.synthesise((whole[:, :half], whole[:, half:]))


def planes(signals: int) -> tuple[int, int]:
    """Channels that the U-Net is given for so many signals, and that it gives for one."""
    return 2 * signals + PLANES, 2

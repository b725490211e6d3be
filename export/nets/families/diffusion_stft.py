"""The denoiser of `diffusion_unet.py` with a body on spectra in place of the one on samples.

State, preconditioning, labels and levels are the same, and so are the graph and everything that is
made of it. The body is a U-Net on frames and bins (`export/nets/denoising/stft_body.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from export.nets.denoising.body import Sizes
from export.nets.denoising.denoiser import MixDenoiser
from export.nets.denoising.stft_body import StftBody, planes
from export.nets.families import diffusion_unet


@dataclass(frozen=True)
class Config(diffusion_unet.Config):
    """Sizes as those of `diffusion_unet`, whose `patch`, `multipliers` and `factors` go along
    frames and bins alike.

    body_fft: of the body's frames, in samples; half of each overlaps. Raises ValueError.
    """

    width: int = 48
    patch: int = 4
    multipliers: tuple[int, ...] = (1, 1, 3)
    factors: tuple[int, ...] = (2, 2)
    blocks: tuple[int, ...] = (2, 2)
    attentions: tuple[bool, ...] = (False, True)
    body_fft: int = 512

    def __post_init__(self) -> None:
        super().__post_init__()
        bins, places = self.body_fft // 2, self.patch**self.patches * math.prod(self.factors)
        if self.body_fft < 4 or self.body_fft % 4 or bins % places:
            raise ValueError(f"body_fft {self.body_fft}: expected twice a multiple of {places}")
        if self.width % self.patch ** (2 * self.patches):
            raise ValueError(f"width {self.width}: expected a multiple of the patch's places")

    @property
    def step(self) -> int:
        """Samples that an input has a multiple of."""
        body = self.patch**self.patches * math.prod(self.factors) * self.body_fft // 2
        return math.lcm(body, max(1, self.fft // 2))

    @property
    def sizes(self) -> Sizes:
        """Of the body's U-Net."""
        inward, outward = planes(self.channels * (1 + self.hint))
        return replace(super().sizes, inward=inward, outward=outward * self.channels, dims=2)


def build(config: Config) -> MixDenoiser:
    """The network."""
    return MixDenoiser(config, StftBody(config.sizes, config.body_fft))

"""A denoiser of mixtures, told which instruments play: the network of GMSDI and MSDM, and small.

Mariani et al. 2023 (arXiv 2302.02257) and Postolache et al. 2024 (arXiv 2403.11706) have the 1-D
U-Net of audio-diffusion-pytorch 0.0.43 inside EDM's preconditioning (docs/research/diffusion.md).
PUBLISHED holds the sizes that are known. Ours is smaller, is told labels in place of texts, and its
preconditioning is a filter (`export/nets/denoising/spectral.py`). It is no separator by itself:
`engines.methods.diffusion` makes one of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from export.nets.denoising.body import Body, Sizes
from export.nets.denoising.denoiser import MixDenoiser

TOLD = ("nothing", "film", "attention", "both")


@dataclass(frozen=True)
class Config:
    """Sizes as in `export.nets.denoising.body.Sizes`.

    stems: the labels. told: how the body is told them. label_width: of a label's vector.
    fft: of the preconditioning's frames, in samples; 0: one level for all frequencies, EDM's.
    level: of the data, RMS, until its spectra are measured. hint: the body hears its input once
    more through the Wiener filter of the labels. Raises ValueError.
    """

    stems: int = 5
    channels: int = 1
    conditional: bool = False
    width: int = 64
    patch: int = 16
    patches: int = 1
    multipliers: tuple[int, ...] = (1, 1, 2, 3)
    factors: tuple[int, ...] = (4, 4, 2)
    blocks: tuple[int, ...] = (2, 2, 2)
    attentions: tuple[bool, ...] = (False, False, True)
    heads: int = 4
    head_width: int = 32
    groups: int = 8
    told: str = "film"
    label_width: int = 64
    fft: int = 512
    level: float = 0.2
    hint: bool = True

    def __post_init__(self) -> None:
        if self.conditional:
            raise ValueError("a denoiser is given no stems: conditional must be false")
        if self.told not in TOLD:
            raise ValueError(f"told is {self.told!r}, expected {' or '.join(TOLD)}")
        lengths = {len(self.factors), len(self.blocks), len(self.attentions)}
        if lengths != {len(self.multipliers) - 1} or self.multipliers[0] != 1:
            raise ValueError(
                f"multipliers {self.multipliers}: expected 1 first, and one more than factors, "
                "blocks and attentions have"
            )
        sizes = (self.stems, self.channels, self.width, self.patch, self.patches, *self.factors)
        if min(sizes) < 1 or self.level <= 0 or self.fft < 0 or self.fft % 4:
            raise ValueError(f"sizes {sizes}, level {self.level}, fft {self.fft}: expected more")

    @property
    def step(self) -> int:
        """Samples that an input has a multiple of."""
        body = self.patch**self.patches * math.prod(self.factors)
        return math.lcm(body, max(1, self.fft // 2))

    @property
    def sizes(self) -> Sizes:
        """Of the body."""
        return Sizes(
            self.channels * (1 + self.hint), self.channels, self.width, self.patch, self.patches,
            self.multipliers, self.factors, self.blocks, self.attentions, self.heads,
            self.head_width, self.groups,
            self.label_width if self.told in ("attention", "both") else 0,
            self.label_width if self.told in ("film", "both") else 0,
        )  # fmt: skip


_ADP = Config(
    stems=4, width=128, patch=2, patches=4, multipliers=(1, 2, 4, 4, 4, 4, 4),
    factors=(4, 4, 4, 2, 2, 2), blocks=(2,) * 6, attentions=(False,) * 3 + (True,) * 3, heads=8,
    head_width=64, told="attention", label_width=512, fft=0, hint=False,
)  # fmt: skip
_MSDM = dict(vars(_ADP), width=256, patch=16, patches=1, head_width=128)
PUBLISHED = {
    "msdm": Config(**(_MSDM | {"channels": 4, "told": "nothing"})),
    "msdm_attention": Config(**_MSDM),
    "library": _ADP,
}
"""MSDM's own, one channel for each source; the same told by 512 numbers for each word; the
library's default, told so."""


def build(config: Config) -> MixDenoiser:
    """The network."""
    return MixDenoiser(config, Body(config.sizes))

"""The noise levels that a sampler goes through, from the highest to the lowest."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from engines.methods.diffusion.refusal import require

SPACINGS = ("geometric", "karras")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """`count` levels from `highest` to `lowest`, in the units of the samples, and a last one of 0.

    "geometric": each is the same part of the one before it, so that every step takes away the same
    share of the noise. "karras": Karras et al. 2022 (arXiv 2206.00364), eq. 5, with its `rho`. With
    `to_zero` false the last step ends at `lowest`, where audio-diffusion-pytorch's samplers end.
    Raises SettingsError.
    """

    count: int = 30
    highest: float = 1.0
    lowest: float = 1e-3
    spacing: str = "geometric"
    rho: float = 7.0
    to_zero: bool = True

    def __post_init__(self) -> None:
        require(self.count >= 2, f"{self.count} noise levels", "at least 2")
        seen = f"noise levels from {self.highest:g} to {self.lowest:g}"
        holds = 0.0 < self.lowest < self.highest and isfinite(self.highest)
        require(holds, seen, "the highest first, both above 0")
        known = ", ".join(SPACINGS)
        require(self.spacing in SPACINGS, f"spacing {self.spacing!r}", f"one of {known}")
        holds = isfinite(self.rho) and self.rho >= 1.0
        require(holds, f"rho {self.rho:g}", "at least 1 (published: 7)")

    @property
    def values(self) -> Numbers:
        """The levels, (count + 1,) float64, or (count,) where the last step ends at `lowest`."""
        place = np.arange(self.count) / (self.count - 1)
        if self.spacing == "geometric":
            found = self.highest * (self.lowest / self.highest) ** place
        else:
            first, last = (level ** (1 / self.rho) for level in (self.highest, self.lowest))
            found = (first + place * (last - first)) ** self.rho
        return np.append(found, 0.0) if self.to_zero else found


PUBLISHED = Levels(150, 1.0, 1e-4, "karras")
"""What the authors' code of MSDM separates with (Mariani et al. 2023, arXiv 2302.02257)."""

"""How closely rows are tied to their sum, at each noise level.

GMSDI (Postolache et al. 2024, arXiv 2403.11706), eq. 8 to 12, has gamma^-2 (y - R) beside a row's
score: a Gaussian likelihood of the sum, whose standard deviation is gamma. What gamma was is not
published, but that it may be infinite for the mix in total generation. The authors' code of MSDM
has, in its Gaussian variant, gamma = 0.75 sigma with a factor 1/2: 0.75 sqrt(2) sigma here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

from engines.methods.diffusion.refusal import require

KINDS = ("proportional", "constant", "infinite")


@dataclass(frozen=True)
class Gamma:
    """gamma = value * sigma ("proportional"), gamma = value ("constant"), or no tie ("infinite").

    A constant one ties far more strongly at high noise levels, where it needs very many steps.
    Raises SettingsError.
    """

    kind: str = "proportional"
    value: float = 0.75

    def __post_init__(self) -> None:
        require(self.kind in KINDS, f"gamma {self.kind!r}", "one of " + ", ".join(KINDS))
        require(isfinite(self.value) and self.value > 0, f"gamma {self.value:g}", "above 0")

    def weight(self, sigma: float) -> float:
        """sigma^2 / gamma^2: of the tie beside the slope of a row that is nothing but noise."""
        if self.kind == "infinite":
            return 0.0
        return (1.0 if self.kind == "proportional" else sigma**2) / self.value**2


MSDM_GAMMA = Gamma("proportional", 0.75 * sqrt(2))
INFINITE = Gamma("infinite")
PARTS, MIX = Gamma("proportional", 1.5), Gamma("proportional", 0.5)
"""Ours, to given parts: the mix follows the parts more than they follow it. With equal ones a given
part leaks into the new ones: where only drums play, y - R is shared out between the mix and them,
although the new label expects silence there. With an oracle's drums given, a new bass has 0.11 of
them in it with gammas of 0.75, 0.59 where the mix is free, and 0.01 with these."""

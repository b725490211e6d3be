"""Which published system a model is."""

from __future__ import annotations

from dataclasses import dataclass

from engines.spec.checks import require


@dataclass(frozen=True)
class Published:
    """The published system that a model is, trained anew. Raises SpecError.

    system: what its authors call it: `Sams-Net`.
    paper: authors, year and where it is found: `Li et al. 2019 (arXiv 1909.05746)`.
    scaled_down: what is smaller than in the paper, or otherwise; "" if nothing is.
    """

    system: str
    paper: str
    scaled_down: str = ""

    def __post_init__(self) -> None:
        seen = f"published system {self.system!r} of {self.paper!r}"
        require(bool(self.system.strip() and self.paper.strip()), seen, "a name and a paper")

    @property
    def words(self) -> str:
        """Name, paper and whether it is scaled down; a clause."""
        return f"{self.system}, {self.paper}" + (", scaled down" if self.scaled_down else "")

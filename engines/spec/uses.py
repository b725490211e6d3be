"""How a model is used: the steps of its sampling, and the grids of its presets."""

from __future__ import annotations

from dataclasses import dataclass

from engines.grid import Grid
from engines.spec.checks import require

ESTIMATES = ("last", "mean")
DRAWS = ("independent", "count")
KNOWN = ("given", "subtracted")


@dataclass(frozen=True)
class Schedule:
    """Annealed masking probability of blocked Gibbs (Yao et al. 2014): see methods/gibbs.

    rho_max: the probability at the first step.
    rho_min: its least, at the end.
    alpha: after which part of the steps it has fallen to its least.
    estimate: what a stem is after the steps: its `last` draw (as published) or the `mean` of all
        its draws. The chain itself is the same.
    draw: stems are masked `independent` of each other (as published), or as many as the probability
        says, which ones at random (`count`).
    known: stems that the caller supplies are `given` to the network beside the whole mix (as
        published), or `subtracted` from the mix and given as silent.
    """

    rho_max: float = 1.0
    rho_min: float = 0.0
    alpha: float = 0.95
    estimate: str = "last"
    draw: str = "independent"
    known: str = "given"

    def __post_init__(self) -> None:
        seen = f"schedule {self.rho_max} to {self.rho_min}, alpha {self.alpha}"
        holds = 0.0 <= self.rho_min <= self.rho_max <= 1.0 and 0.0 < self.alpha <= 1.0
        require(holds, seen, "0 <= rho_min <= rho_max <= 1 and 0 < alpha <= 1")
        for name, choices in (("estimate", ESTIMATES), ("draw", DRAWS), ("known", KNOWN)):
            chosen = getattr(self, name)
            require(chosen in choices, f"{name} {chosen!r}", "one of " + ", ".join(choices))


@dataclass(frozen=True)
class Preset:
    """How a model is used: a grid, in samples at its rate, and Gibbs steps.

    window_samples: what the graph hears at once.
    hop_samples: what each window gives.
    lookahead_samples: what it hears of what follows.
    crossfade_samples: where a window's stems fade into those of the next.
    steps: of refinement, with the methods `gibbs`, `diffusion` and `steered`.
    """

    window_samples: int
    hop_samples: int
    lookahead_samples: int
    crossfade_samples: int
    steps: int = 1

    def __post_init__(self) -> None:
        problem = self.grid.problem()
        require(problem is None, f"preset: {problem}", "a usable grid")
        require(self.steps >= 1, f"preset: {self.steps} steps", "at least 1 step")

    @property
    def grid(self) -> Grid:
        """The window grid of this preset."""
        return Grid(
            self.window_samples, self.hop_samples, self.lookahead_samples, self.crossfade_samples
        )

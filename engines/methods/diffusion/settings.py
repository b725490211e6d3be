"""What a sampler is asked for, checked once when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from engines.methods.diffusion import rest
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.labels import Names, check_names
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.refusal import require
from engines.methods.diffusion.stability import is_stable, least_count, require_stable
from engines.methods.diffusion.steps import Solver

KINDS = ("separator", "extractor", "ensemble")
_FFTS = (0, 128, 256, 512, 1024, 2048, 4096, 8192)


@dataclass(frozen=True)
class Sampling:
    """How one problem is sampled: `samples` chains, whose mean comes out.

    One sample of what stems may be has about twice the squared error of their mean, which more
    chains come near. `remask_fft` makes ratio masks of what came out, in an STFT of that many
    samples; 0 leaves it. Raises SettingsError.
    """

    levels: Levels = field(default_factory=Levels)
    solver: Solver = field(default_factory=Euler)
    guidance: Guidance = field(default_factory=Guidance)
    samples: int = 1
    remask_fft: int = 0

    def __post_init__(self) -> None:
        require(self.samples >= 1, f"{self.samples} samples", "at least 1")
        known = ", ".join(map(str, _FFTS))
        require(self.remask_fft in _FFTS, f"remask_fft {self.remask_fft}", f"one of {known}")


@dataclass(frozen=True)
class Separation:
    """Which stems a mix is split into, and how. Raises SettingsError.

    "separator" (GMSDI, eq. 13): all stems in one state, `constrained` of which is the rest of the
    mix, so that they sum to it. "extractor" (eq. 14): each stem by itself, beside everything else
    under one label; nothing makes these sum to the mix. "ensemble" (section 5): the stems in
    `extracted` by the Extractor, the others by the Separator; published: all but drums, which are
    constrained. `told` says which noise level the network is told of the rest: `engines.methods.
    diffusion.rest`.
    """

    stems: Names
    kind: str = "separator"
    constrained: str = ""
    extracted: Names = ()
    told: str = "sigma"
    sampling: Sampling = field(default_factory=Sampling)

    def __post_init__(self) -> None:
        require(self.kind in KINDS, f"kind {self.kind!r}", "one of " + ", ".join(KINDS))
        holds = len(set(self.stems)) == len(self.stems) >= 2
        require(holds, f"stems {self.stems}", "at least two, each once")
        require(self.told in rest.TOLD, f"told {self.told!r}", "one of " + ", ".join(rest.TOLD))
        holds = self.kind == "extractor" or self.constrained in self.stems
        expected = "one of the stems: " + ", ".join(self.stems)
        require(holds, f"constrained {self.constrained!r}", expected)
        holds = bool(self.extracted) == (self.kind == "ensemble")
        require(
            holds, f"extracted {self.extracted} of an {self.kind}", "stems of an ensemble alone"
        )
        check_names(self.stems, [self.extracted])
        self._check_sampling()

    def _check_sampling(self) -> None:
        sampling = self.sampling
        for row, names in sampling.guidance.negative:
            check_names(self.stems, [tuple(row.split("+")), names])
        what = f"{self.rows} stems that sum to the mix, told {self.told!r}"
        require_stable(sampling.levels, sampling.solver, self._stiffness, what)

    @property
    def rows(self) -> int:
        """The most in one problem."""
        return 2 if self.kind == "extractor" else len(self.stems)

    def _stiffness(self, sigma: float) -> float:
        return rest.stiffness(self.rows, self.told)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell people of these settings."""
        sampling, scale = self.sampling, self.sampling.guidance.scale
        found = sampling.guidance.notes

        def stiffness(sigma: float) -> float:
            return scale * self._stiffness(sigma)

        if scale > 1 and not is_stable(sampling.levels, sampling.solver, stiffness):
            count = least_count(sampling.levels, sampling.solver, stiffness)
            advice = f"at least {count} steps" if count else "a smaller scale"
            found += (
                f"guidance {scale:g} with {sampling.levels.count} steps may diverge where the "
                f"network is certain: {advice} would be safe",
            )
        return found

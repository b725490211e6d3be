"""One way to sample a diffusion model, and what the engine makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.methods.diffusion.method import separation_of
from engines.methods.diffusion.separating import groups
from engines.methods.diffusion.settings import Separation
from engines.spec import ModelSpec
from export.common.errors import UsageError

SEPARATOR, EXTRACTOR = "separator", "extractor"


@dataclass(frozen=True)
class Setting:
    """`constrained`: the separator's stem that is the rest, "" of an extractor; `guidance`: its
    scale, 1 for none; `steps`: noise levels."""

    constrained: str
    guidance: float
    steps: int

    @property
    def kind(self) -> str:
        """Separator or extractor."""
        return SEPARATOR if self.constrained else EXTRACTOR

    @property
    def name(self) -> str:
        """As in tables."""
        kind = f"{SEPARATOR} ({self.constrained})" if self.constrained else EXTRACTOR
        return kind + (f", guidance {self.guidance:g}" if self.guidance != 1 else "")

    def separation(self, spec: ModelSpec) -> Separation:
        """One sample of all stems, as it is. Raises SettingsError where it would diverge."""
        if spec.diffusion is None:
            seen = f"{spec.name}, whose method is {spec.method}"
            raise UsageError(seen, "a diffusion model", "make one with python -m export diffusion")
        how = replace(
            spec.diffusion, use=self.kind, constrained=self.constrained, extracted=(),
            guidance=self.guidance, samples=1, remask_fft=0,
        )  # fmt: skip
        return separation_of(replace(spec, diffusion=how), spec.stems, self.steps)

    def network_rows(self, spec: ModelSpec) -> int:
        """Rows that go through the network for one sample of one window."""
        asked = self.separation(spec)
        solver, levels = asked.sampling.solver, asked.sampling.levels
        plan = solver.plan(levels)
        rows = sum(group.rows * len(group.problems) for group in groups(asked))
        return rows * len(plan) * solver.calls * (1 + (self.guidance != 1))

"""How a diffusion model separates, where nothing else is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from engines.spec.checks import require


@dataclass(frozen=True)
class Generating:
    """How a diffusion model makes parts that no mix has, alone or to given ones, by ADPM2.

    steps: how many noise levels, where nothing else is asked for. They are geometric.
    highest: the first noise level, in the units of samples at the network's level.
    lowest: the last one above 0.
    guidance: its scale, where nothing else is asked for; 1: none.
    """

    steps: int = 200
    highest: float = 4.0
    lowest: float = 1e-3
    guidance: float = 1.0


@dataclass(frozen=True)
class Diffusion:
    """How a diffusion model samples its stems. The number of noise levels is a preset's steps.

    use: `separator`, `extractor` or `ensemble`.
    constrained: the separator's stem that is the rest of the mix.
    extracted: the stems of an ensemble that are the extractor's.
    told: which noise level the network is told of the rest: `sigma`, that of all, or its `own`.
    spacing: of the noise levels: `geometric` or `karras`.
    highest: the first noise level, in the units of samples at the network's level.
    lowest: the last one above 0.
    solver: `euler` or `adpm2`.
    churn: how much `euler` raises the noise in all steps together; 0: not.
    resamples: how often `euler` goes through each level.
    guidance: its scale; 1: none.
    negative: instruments to be led away from, by stem; the others are led away from the null label.
    samples: how many are averaged.
    remask_fft: of the ratio masks that are made of what came out, in samples; 0: none are made.
    generating: how it makes new parts; null: it only separates.
    """

    use: str = "separator"
    constrained: str = ""
    extracted: tuple[str, ...] = ()
    told: str = "sigma"
    spacing: str = "geometric"
    highest: float = 1.0
    lowest: float = 1e-3
    solver: str = "euler"
    churn: float = 20.0
    resamples: int = 1
    guidance: float = 1.0
    negative: tuple[tuple[str, tuple[str, ...]], ...] = ()
    samples: int = 1
    remask_fft: int = 0
    generating: Generating | None = Generating()


def check_diffusion(diffusion: Diffusion | None, plain: bool) -> None:
    """Raises SpecError where a diffusion model is anything else beside."""
    if diffusion is not None:
        expected = "samples, two stems or more, and nothing else that a graph can be"
        require(plain, "a diffusion model of another kind", expected)

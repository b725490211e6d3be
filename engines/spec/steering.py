"""What a steered model can be asked for, and how it is steered: tags, and an ascent in a latent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from engines.spec.asking import Asking, Target, folded
from engines.spec.checks import NAME, one_of, require

RATES = ("plain", "spread")
SIGNS = ("descend", "ascend")
OUTPUTS = ("residual", "masked", "style")
STARTS = ("even", "equaliser")
UNHEARD = 0.1
"""Below this probability a tagger hardly hears a tag: of a guitar alone some say 0.2."""


@dataclass(frozen=True)
class Steering(Asking):
    """How a latent is moved, by Adam, until taggers hear some of `tags`. Raises SpecError.

    tags: all that the taggers know.
    latent: how many numbers a place of it has, and how many places a window.
    rate: Adam's, in the latent's units or as `rate_by` says.
    rate_by: `plain`, or `spread`: in standard deviations of the latent that the mix has.
    sign: the error descends (`descend`, as published code has it) or ascends (`ascend`).
    output: a stem is what the mask leaves of the mix (`masked`); what it takes (`residual`, as
        published); or what the autoencoder plays, with no mask (`style`), which does not add up
        with anything to the mix.
    taggers: those in the graph.
    fft_samples: of the masks in the graph.
    quantised: whether latents are rounded to codes in the graph.
    targets: the stems and their tags; empty where the user says which are wanted.
    joint: one latent for all stems of a window together: a row for each, of logits of its mask, and
        one for the rest, which no stem takes. Masks of all rows are 1 in sum.
    start: with `joint`: what masks begin as: `even`, or each tag's `equaliser`.
    """

    tags: tuple[str, ...]
    latent: tuple[int, int]
    rate: float = 5.0
    rate_by: str = "plain"
    sign: str = "descend"
    output: str = "residual"
    taggers: tuple[str, ...] = ()
    fft_samples: tuple[int, ...] = ()
    quantised: bool = False
    targets: tuple[Target, ...] = ()
    joint: bool = False
    start: str = "even"

    def __post_init__(self) -> None:
        holds = bool(self.tags) and len(set(map(folded, self.tags))) == len(self.tags)
        require(holds, f"tags {self.tags}", "at least one, each once")
        require(min(self.latent) >= 1, f"latent {self.latent}", "at least 1 each way")
        holds = isfinite(self.rate) and self.rate > 0.0
        require(holds, f"rate {self.rate}", "above 0")
        one_of(self.rate_by, RATES, "rate_by")
        one_of(self.sign, SIGNS, "sign")
        one_of(self.output, OUTPUTS, "output")
        one_of(self.start, STARTS, "start")
        how = (self.rate_by, self.sign, self.output)
        seen = f"masks of all stems together that are steered as {', '.join(how)}"
        usual = how == ("plain", "descend", "masked")
        require(usual or not self.joint, seen, "plain, descend, masked")
        require(self.joint or self.start == "even", f"start {self.start!r}", "joint masks")
        for target in self.targets:
            known = bool(target.tags) and set(target.tags) <= set(self.tags)
            require(known, f"tags {target.tags} of {target.stem}", "some of the model's")


def check_steering(steering: Steering | None, stems: Iterable[str], fixed: bool) -> None:
    """Raises SpecError where targets are not the stems, or windows are not of one length."""
    if steering is None:
        return
    names = [target.stem for target in steering.targets]
    holds = not names or names == list(stems)
    require(holds, f"targets {names}", f"the stems {list(stems)}")
    bad = [name for name in names if not NAME.fullmatch(name)]
    require(not bad, f"targets {bad}", "a-z, 0-9, _ and -")
    require(fixed, "a steered model of several lengths", "samples of one number, mono, one batch")

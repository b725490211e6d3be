"""Instruments out of nothing, or to others that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite

import numpy as np

from engines.errors import AudioError
from engines.methods.diffusion import tied
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.chain import Chain, run_chain
from engines.methods.diffusion.field import Field
from engines.methods.diffusion.gamma import INFINITE, MIX, PARTS, Gamma
from engines.methods.diffusion.held import Held
from engines.methods.diffusion.labels import Names, check_names, hot, union
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.noise import Noise
from engines.methods.diffusion.prior import Denoiser, Prior
from engines.methods.diffusion.refusal import require
from engines.methods.diffusion.separating import Proceed, against
from engines.methods.diffusion.settings import Sampling
from engines.methods.diffusion.stability import require_stable
from engines.methods.diffusion.tied import Tied
from engines.types import Audio
from engines.window import never_stop

USUAL = Sampling(Levels(200, 4.0), Adpm2())
"""How parts are generated where nothing else is asked for."""


@dataclass(frozen=True)
class Generation:
    """What is made. Raises SettingsError.

    `parts` are the new rows, each an instrument or several that come as their sum (GMSDI, eq. 10
    and 11); `given` the instruments of the rows that are given (eq. 12). gamma_parts and gamma_mix
    tie the parts to the mix and the mix to the parts: `engines.methods.diffusion.gamma`. alpha and
    beta are the levels of given and new rows in the mix. A mean of several samples is none of
    music, so that `sampling.samples` and `sampling.remask_fft` must be 1 and 0.
    """

    parts: tuple[Names, ...]
    given: tuple[Names, ...] = ()
    gamma_parts: Gamma = PARTS
    gamma_mix: Gamma | None = None
    alpha: float = 1.0
    beta: float = 1.0
    sampling: Sampling = USUAL

    def __post_init__(self) -> None:
        every = [name for row in (*self.parts, *self.given) for name in row]
        holds = bool(self.parts) and all((*self.parts, *self.given))
        holds = holds and len(set(every)) == len(every)
        require(holds, f"parts {self.parts}, given {self.given}", "each instrument at most once")
        seen = f"alpha {self.alpha:g}, beta {self.beta:g}"
        require(all(isfinite(one) and one > 0 for one in (self.alpha, self.beta)), seen, "above 0")
        once = self.sampling.samples == 1 and self.sampling.remask_fft == 0
        require(once, "a mean or a mask of what is generated", "samples 1 and remask_fft 0")
        for row, names in self.sampling.guidance.negative:
            require(bool(names), f"a negative prompt for {row}", "an instrument")
        stiffness = partial(tied.stiffness, new=len(self.parts), gammas=self.gammas, beta=self.beta)
        what = f"{len(self.parts)} new parts with these gammas"
        require_stable(self.sampling.levels, self.sampling.solver, stiffness, what)

    @property
    def gammas(self) -> tuple[Gamma, Gamma]:
        """Of the parts and of the mix: where nothing else is asked for, the mix is free, as
        published, but where something is given.
        """
        usual = MIX if self.given else INFINITE
        return self.gamma_parts, self.gamma_mix or usual

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell people of these settings."""
        return self.sampling.guidance.notes


@dataclass(frozen=True)
class Place:
    """Where the audio stands: its absolute first sample and its shape (C, T); the noise's seed."""

    channels: int
    samples: int
    origin: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Generated:
    """parts (P, C, T) and the mix (C, T) that they were tied to, float32; steps, network calls."""

    parts: Audio
    mix: Audio
    steps: int
    network_calls: int


def generate(
    denoise: Denoiser,
    labels: Names,
    place: Place,
    settings: Generation,
    given: Sequence[Audio] = (),
    proceed: Proceed = never_stop,
    past: Audio | None = None,
) -> Generated:
    """New parts, and those `given` (C, T) each untouched. `labels` are all that the denoiser knows.

    `past` (P + 1, C, O) is what the parts and the mix begin with, which comes out as it is. Where
    `proceed` stops it, what the network last heard below the noise. Raises SettingsError for an
    instrument that it does not know, be it in a negative prompt, and AudioError for given audio of
    another shape.
    """
    check_names(labels, [*settings.parts, *settings.given])
    for row, names in settings.sampling.guidance.negative:
        check_names(labels, [tuple(row.split("+")), names])
    _check_given(settings, place, given)
    shape = (1, len(given), place.channels, place.samples)
    rows = np.asarray(given, np.float32).reshape(shape)
    prior = _prior(denoise, labels, settings)
    mixing = settings.alpha, settings.beta
    field: Field = Tied(prior, len(settings.parts), rows, settings.gammas, mixing)
    if past is not None:
        before = rows[..., : past.shape[-1]]
        field = Held(field, np.concatenate([past[None, :-1], before, past[None, -1:]], axis=1))
    chain = _run(field, settings.sampling, place, proceed)
    parts = chain.rows[0, : len(settings.parts)]
    return Generated(parts, chain.rows[0, -1], chain.steps, prior.calls)


def _run(field: Field, sampling: Sampling, place: Place, proceed: Proceed) -> Chain:
    steps, done = sampling.solver.plan(sampling.levels), 0

    def go_on() -> bool:
        nonlocal done
        done += 1
        return proceed(done, len(steps))

    noise = Noise(place.seed, [place.origin], [0])
    return run_chain(field, sampling.solver, steps, noise.draw, go_on)


def _check_given(settings: Generation, place: Place, given: Sequence[Audio]) -> None:
    wanted = [(place.channels, place.samples)] * len(settings.given)
    shapes = [one.shape for one in given]
    if shapes != wanted:
        raise AudioError(f"given audio of {shapes}", f"{wanted}", "bring it to that length")


def _prior(denoise: Denoiser, labels: Names, settings: Generation) -> Prior:
    """Of the new rows and the mix."""
    guidance = settings.sampling.guidance
    rows = [*settings.parts, union(labels, [*settings.parts, *settings.given])]
    asked, other = hot(labels, rows), against(labels, rows, guidance)
    return Prior(denoise, asked[None], other[None], guidance.scale)

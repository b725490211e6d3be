"""A mix into stems: Separator, Extractor and Ensemble, by one denoiser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engines.methods.diffusion.chain import Chain, run_chain
from engines.methods.diffusion.labels import Names, check_names, hot
from engines.methods.diffusion.noise import Noise
from engines.methods.diffusion.prior import Denoiser, Guidance, Prior
from engines.methods.diffusion.remask import remasked
from engines.methods.diffusion.rest import Rest
from engines.methods.diffusion.settings import Separation
from engines.types import Audio
from engines.window import never_stop

Proceed = Callable[[int, int], bool]
"""Called after every step with the steps done and those to do; False stops there."""


@dataclass(frozen=True)
class Mixes:
    """mix (B, C, T) float32; the absolute place of each one's first sample; the noise's seed.

    `variant`: of the noise of the first sample; the others have the next ones.
    """

    mix: Audio
    origins: Sequence[int]
    seed: int = 0
    variant: int = 0


@dataclass(frozen=True)
class Separated:
    """stems (B, S, C, T) float32 in the order of the settings, steps done, network calls made."""

    stems: Audio
    steps: int
    network_calls: int


@dataclass(frozen=True)
class Group:
    """Problems of one size for each mix: their rows' names, and the row that is the rest."""

    problems: tuple[tuple[Names, ...], ...]
    constrained: int
    stems: Names
    """What comes out: of one problem all its rows, of several the first row of each."""

    @property
    def rows(self) -> int:
        """Of each problem."""
        return len(self.problems[0])


def groups(settings: Separation) -> tuple[Group, ...]:
    """What is sampled for these settings, one after another."""
    stems = settings.stems
    found = []
    if settings.kind != "extractor":
        rows = tuple((stem,) for stem in stems)
        found.append(Group((rows,), stems.index(settings.constrained), stems))
    if settings.kind != "separator":
        wanted = settings.extracted or stems
        pairs = [((one,), tuple(name for name in stems if name != one)) for one in wanted]
        found.append(Group(tuple(pairs), 1, wanted))
    return tuple(found)


def steps_of(settings: Separation) -> int:
    """How many `separate` makes, if it is not stopped."""
    sampling = settings.sampling
    steps = len(sampling.solver.plan(sampling.levels))
    return steps * sampling.samples * len(groups(settings))


def separate(
    denoise: Denoiser,
    labels: Names,
    mixes: Mixes,
    settings: Separation,
    proceed: Proceed = never_stop,
) -> Separated:
    """The stems of every mix. `labels` are all those that the denoiser knows, in its order.

    Where `proceed` stops it, the mean of the samples that are whole, or what the network last heard
    if none is; stems that no chain has reached are the mix divided by their number. Raises
    SettingsError for a stem that the denoiser does not know, and what the denoiser does.
    """
    check_names(labels, [settings.stems])
    work = _Work(denoise, labels, mixes, settings, proceed)
    found = _even(mixes.mix, len(settings.stems))
    for group in groups(settings):
        mean = work.mean(group)
        if mean is None:
            break
        for nth, stem in enumerate(group.stems):
            place = settings.stems.index(stem)
            found[:, place] = mean[:, 0, nth] if len(group.problems) == 1 else mean[:, nth, 0]
    if settings.sampling.remask_fft:
        pairs = zip(found, mixes.mix, strict=True)
        fft = settings.sampling.remask_fft
        found = np.stack([remasked(stems, mix, fft) for stems, mix in pairs])
    return Separated(found, work.done, work.calls)


def _even(mix: Audio, stems: int) -> Audio:
    return np.repeat((mix / np.float32(stems))[:, None], stems, axis=1)


class _Work:
    """Counts the steps of all the chains."""

    def __init__(
        self, denoise: Denoiser, labels: Names, mixes: Mixes, settings: Separation, proceed: Proceed
    ) -> None:
        self._denoise, self._labels, self._mixes = denoise, labels, mixes
        self._settings, self._proceed = settings, proceed
        sampling = settings.sampling
        self._steps = sampling.solver.plan(sampling.levels)
        self._all = steps_of(settings)
        self.done = self.calls = 0
        self._goes_on = True

    def mean(self, group: Group) -> Audio | None:
        """(B, problems, R, C, T): the mean of its chains' samples; None where none was begun."""
        total, whole = None, 0
        for variant in range(self._settings.sampling.samples):
            if not self._goes_on:
                break
            chain = self._chain(group, variant)
            if chain.whole:
                total, whole = chain.rows if total is None else total + chain.rows, whole + 1
            elif total is None:
                total, whole = chain.rows, 1
        if total is None:
            return None
        mean: Audio = total / np.float32(whole)
        return mean.reshape(len(self._mixes.mix), len(group.problems), *mean.shape[1:])

    def _chain(self, group: Group, variant: int) -> Chain:
        count, settings = len(group.problems), self._settings
        mix = np.repeat(self._mixes.mix, count, axis=0)
        field = Rest(self._prior(group), mix, group.rows, group.constrained, settings.told)
        origins = [origin for origin in self._mixes.origins for _ in range(count)]
        firsts = [nth * group.rows for nth in range(count)] * len(self._mixes.origins)
        noise = Noise(self._mixes.seed, origins, firsts, self._mixes.variant + variant)
        chain = run_chain(field, settings.sampling.solver, self._steps, noise.draw, self._step)
        self.calls += field.network_calls
        return chain

    def _step(self) -> bool:
        self.done += 1
        self._goes_on = self._proceed(self.done, self._all)
        return self._goes_on

    def _prior(self, group: Group) -> Prior:
        guidance, count = self._settings.sampling.guidance, len(self._mixes.mix)
        rows = [names for problem in group.problems for names in problem]
        asked = hot(self._labels, rows)
        other = against(self._labels, rows, guidance)
        shape = (count * len(group.problems), group.rows, len(self._labels))
        tiled = [np.tile(one, (count, 1)).reshape(shape) for one in (asked, other)]
        return Prior(self._denoise, tiled[0], tiled[1], guidance.scale)


def against(labels: Names, rows: Sequence[Names], guidance: Guidance) -> Audio:
    """What each row is led away from (R, L): its negative prompt, else the null label."""
    negative = {frozenset(row.split("+")): names for row, names in guidance.negative}
    return hot(labels, [negative.get(frozenset(row), ()) for row in rows])

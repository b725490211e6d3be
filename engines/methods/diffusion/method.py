"""Windows into stems: what a model's file says of its sampler, and as many steps as are asked for.

Known stems are constraints: they leave the mix, and their rows the state, so that the others have
fewer to share it with and sum with them to the mix. Where one stem is not known, it is the rest,
and no network is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engines.domains import make_estimates
from engines.errors import SettingsError, SpecError
from engines.methods import require
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.generator import Asked, generates, generation_of
from engines.methods.diffusion.labels import Names
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.refusal import require as require_setting
from engines.methods.diffusion.separating import Mixes, Proceed, separate, steps_of
from engines.methods.diffusion.settings import Sampling, Separation
from engines.methods.diffusion.steps import Solver
from engines.session import Session
from engines.spec import Diffusion, ModelSpec
from engines.window import Control, Estimate, State, Window, with_known, without_known

_SOLVERS = (Euler.name, Adpm2.name)


class Method:
    """The number of steps is that of the noise levels. Too few for the stems that are not known is
    a SettingsError, which says how many would do. Raises SpecError where the file's would not.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        require(spec.diffusion is not None, spec, "a diffusion model")
        self._spec, self._denoise = spec, as_denoiser(session)
        try:
            for preset in spec.presets.values():
                separation_of(spec, spec.stems, preset.steps)
            if generates(spec):  # to one given stem, which takes the most steps
                first, *others = ((stem,) for stem in spec.stems)
                generation_of(spec, Asked(tuple(others), (first,)))
        except SettingsError as error:
            raise SpecError(error.seen, error.expected, "export the model again") from error

    def new_state(self) -> State | None:
        """None: every window is sampled by itself, with the noise of its place."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """An estimate of every window; those that know the same stems are sampled together.

        Raises SettingsError where the steps are too few.
        """
        known = [tuple(window.known_mask.tolist()) for window in windows]
        groups = {mask: [row for row, one in enumerate(known) if one == mask] for mask in known}
        asked = {mask: self._asked(mask, control.steps) for mask in groups}
        total = sum(steps_of(settings) for settings in asked.values() if settings)
        found: dict[int, Estimate] = {}
        done = 0
        for mask, rows in groups.items():
            some = [windows[row] for row in rows]
            progress = _from(done, total, control)
            estimates = self._estimates(some, asked[mask], control.seed, progress)
            found |= dict(zip(rows, estimates, strict=True))
            done += estimates[0].steps
        if not total:
            control.proceed(1, 1)
        return [found[row] for row in range(len(windows))]

    def _asked(self, known: tuple[bool, ...], steps: int) -> Separation | None:
        """Of the stems that are not known; None where there is nothing to share."""
        pairs = zip(self._spec.stems, known, strict=True)
        unknown = tuple(stem for stem, is_known in pairs if not is_known)
        return separation_of(self._spec, unknown, steps) if len(unknown) > 1 else None

    def _estimates(
        self, windows: Sequence[Window], settings: Separation | None, seed: int, progress: Proceed
    ) -> list[Estimate]:
        """Of windows that know the same stems."""
        heard = [without_known(window) for window in windows]
        frames = make_estimates(self._spec, heard)
        origins = [window.origin for window in windows]
        shape = (len(windows), len(self._spec.stems), *frames.mix.shape[1:])
        stems, steps, calls = np.zeros(shape, np.float32), 0, 0
        unknown = np.flatnonzero(~windows[0].known_mask)
        if settings is None:
            stems[:, unknown] = frames.mix[:, None]
        else:
            mixes = Mixes(frames.mix, origins, seed)
            found = separate(self._denoise, self._spec.stems, mixes, settings, progress)
            stems[:, unknown] = found.stems
            steps, calls = found.steps, found.network_calls
        estimates = []
        for item, window in enumerate(windows):
            part = frames.needed(stems[item], item, window.start, window.stop)
            audio = frames.synthesise(part, item, window.start, window.stop)
            estimates.append(Estimate(with_known(audio, window), steps, calls))
        return estimates


def separation_of(spec: ModelSpec, stems: Names, steps: int) -> Separation:
    """What a diffusion model's file says of sampling these of its stems, the others being known.

    Raises SettingsError.
    """
    how = spec.diffusion
    assert how is not None
    if stems != spec.stems:
        how = _of(how, stems)
    sampling = Sampling(
        Levels(steps, how.highest, how.lowest, how.spacing),
        _solver(how),
        Guidance(how.guidance, how.negative),
        how.samples,
        how.remask_fft,
    )
    return Separation(stems, how.use, how.constrained, how.extracted, how.told, sampling)


def _of(how: Diffusion, stems: Names) -> Diffusion:
    """The same for some of the stems, the others being known.

    Where the constrained one is, the last of them is the rest; an ensemble that has lost the stems
    of one of its two is the other.
    """
    constrained = how.constrained if how.constrained in stems else stems[-1]
    extracted = tuple(stem for stem in stems if stem in how.extracted)
    use = how.use if extracted or how.use != "ensemble" else "separator"
    negative = tuple(
        (row, names) for row, names in how.negative if {*row.split("+"), *names} <= set(stems)
    )
    return replace(how, use=use, constrained=constrained, extracted=extracted, negative=negative)


def _from(done: int, total: int, control: Control) -> Proceed:
    """Steps of one group as steps of all."""
    return lambda steps, _: control.proceed(done + steps, total)


def _solver(how: Diffusion) -> Solver:
    """Raises SettingsError."""
    require_setting(how.solver in _SOLVERS, f"solver {how.solver!r}", " or ".join(_SOLVERS))
    return Euler(how.churn, how.resamples) if how.solver == Euler.name else Adpm2()

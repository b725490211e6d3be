"""What a diffusion model's file says of generating, and pieces that it makes.

The network hears audio at its own level, where it has one (`level_db`): what is given is brought
there, and what is new back by the same factor, which is one number for a whole piece. Given stems
are taken for their share of the instruments that play, each of them as loud as the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np

from engines.errors import InferenceError, MethodError
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.generating import Generation
from engines.methods.diffusion.labels import Names, check_names
from engines.methods.diffusion.leak import Leak, Leaks
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.onward import Cuts, Take, onward
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.separating import Proceed
from engines.methods.diffusion.settings import Sampling
from engines.session import Session
from engines.spec import Generating, ModelSpec
from engines.types import Audio
from engines.window import never_stop

LEVEL_DB = -20.0
"""RMS in dB re full scale at which all parts together come where nothing is given, of a network
that has a level of its own."""

FADE_S = 0.05
"""At the end of a window, which the next one makes again."""


@dataclass(frozen=True)
class Asked:
    """New rows and given ones, each an instrument or several; 0 steps or guidance: the model's."""

    parts: tuple[Names, ...]
    given: tuple[Names, ...] = ()
    steps: int = 0
    guidance: float = 0.0


def generates(spec: ModelSpec) -> bool:
    """Whether the model can make parts that no mix has."""
    return spec.diffusion is not None and spec.diffusion.generating is not None


def generation_of(spec: ModelSpec, asked: Asked) -> Generation:
    """How the model's file says that these rows are sampled.

    Raises MethodError for a model that cannot generate, SettingsError for rows and steps that it
    cannot.
    """
    how = _how(spec)
    check_names(spec.stems, [*asked.parts, *asked.given])
    scale = asked.guidance or how.guidance
    levels = Levels(asked.steps or how.steps, how.highest, how.lowest)
    assert spec.diffusion is not None
    sampling = Sampling(levels, Adpm2(), Guidance(scale, spec.diffusion.negative))
    return Generation(asked.parts, asked.given, sampling=sampling)


def cuts_of(spec: ModelSpec, samples: int, overlap: float) -> Cuts:
    """A piece in the model's windows for files, of which `overlap` is the share of the past; 0
    samples: as many as one of them gives. Raises SettingsError.
    """
    window = spec.offline.window_samples
    shared = round(overlap * window)
    cuts = Cuts(samples or 1, window, shared, min(shared // 4, round(FADE_S * spec.rate_hz)))
    return cuts if samples else replace(cuts, samples=cuts.first)


def gain_of(spec: ModelSpec, asked: Asked, heard_db: float | None) -> float:
    """The factor that brings what is given, whose RMS is `heard_db` re full scale, to the network.

    None where nothing is given, or it is silent: what comes out then has LEVEL_DB in all.
    """
    if spec.level_db is None:
        return 1.0
    if heard_db is None:
        return float(10 ** ((spec.level_db - LEVEL_DB) / 20))
    given, new = (sum(map(len, rows)) for rows in (asked.given, asked.parts))
    expected_db = spec.level_db + 10 * log10(given / (given + new))
    return float(10 ** ((expected_db - heard_db) / 20))


def _how(spec: ModelSpec) -> Generating:
    if spec.diffusion is None or spec.diffusion.generating is None:
        what = f"{spec.name}, whose method is {spec.method}"
        raise MethodError(what, "a diffusion model that generates", "name another model")
    return spec.diffusion.generating


class Generator:
    """One piece. `gain`: `gain_of`; `seed`: the same gives the same samples, on the CPU."""

    def __init__(
        self, spec: ModelSpec, session: Session, settings: Generation, cuts: Cuts, seed: int,
        gain: float = 1.0,
    ) -> None:  # fmt: skip
        self._spec, self._denoise, self._cuts = spec, as_denoiser(session), cuts
        self._settings, self._seed, self._gain = settings, seed, np.float32(gain)
        self._leaks = Leaks(settings.parts, settings.given)
        self._heard = np.zeros((len(settings.given), spec.channels, 0), np.float32)

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Of every given stem in every new part, of what has been made so far."""
        return self._leaks.found

    def run(self, take: Take, proceed: Proceed = never_stop) -> Iterator[Audio]:
        """The new parts (P, C, n) float32, one stretch after another: `onward`.

        Raises InferenceError, also where what the network says is not finite: it has diverged.
        """
        place = self._spec.channels, self._seed
        taken = self._taking(take)
        settings, labels = self._settings, self._spec.stems
        for new in onward(self._denoise, labels, self._cuts, place, settings, taken, proceed):
            if not np.isfinite(new).all():
                seen = "samples that are not finite: the steps have diverged"
                raise InferenceError(seen, "samples", "take more steps, or less guidance")
            count = new.shape[-1]
            self._leaks.add(self._heard[..., :count], new)
            self._heard = self._heard[..., count:]
            yield new / self._gain

    def _taking(self, take: Take) -> Take:
        """What is given at the network's level, kept until what is new beside it has come."""

        def taken(count: int) -> Audio:
            given = take(count) * self._gain
            self._heard = np.concatenate([self._heard, given], axis=-1)
            return given

        return taken


def heard_db(stems: Sequence[Iterable[Audio]]) -> float | None:
    """RMS in dB re full scale of all given stems together, each in blocks (C, n), where they play.

    Blocks that are 50 dB below the loudest of their stem do not count. None where all are silent.
    """
    power = sum(_power([float(np.square(one, dtype=np.float64).mean()) for one in stem])
                for stem in stems)  # fmt: skip
    return 10 * log10(power) if power > 0 else None


def _power(powers: list[float]) -> float:
    heard = [one for one in powers if one > 1e-5 * max(powers)]
    return sum(heard) / len(heard) if heard else 0.0

"""The figures of `listening` of one system on one clip, by row; the command's `--listen`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engines.settings import StreamSettings
from engines.spec import RESIDUAL
from engines.types import Audio
from export.common.metrics import audible
from export.scores.evaluation.rows import label, total, truth_of
from export.scores.evaluation.sets import Place
from export.scores.evaluation.systems import Run, System
from export.scores.listening.leakage import leakage
from export.scores.listening.musical_noise import log_kurtosis_ratio
from export.scores.listening.seams import joins, seam
from export.scores.peers import Row, Task

#: leakage: dB re the mix, of silent_s seconds. noise: log kurtosis ratio. shifted and whole: the
#: difference from the stem on a shifted grid and in one window, at joins in dB re the mix; their
#: _over: how far that is above the same away from joins, in dB.
LISTENED = ("leakage", "silent_s", "noise", "shifted", "shifted_over", "whole", "whole_over")
Heard = dict[str, float | None]


def listened(
    system: System, task: Task, place: Place, estimates: Mapping[Row, Audio]
) -> dict[str, Heard]:
    """LISTENED by row, None where there is no figure: clips without one of their stems are for the
    leakage, and have no seams. Raises EngineError, where it separates once more for these."""
    seams: dict[Row, Heard] = {}
    if isinstance(system, Run) and not place.without:
        seams = _seams(system, task, place.name, estimates)
    found = {}
    for row, estimate in estimates.items():
        if RESIDUAL not in row:
            nothing: Heard = dict.fromkeys(LISTENED)
            found[label(row)] = nothing | _against_truth(task, row, estimate) | seams.get(row, {})
    return found


def _against_truth(task: Task, row: Row, estimate: Audio) -> Heard:
    truth = total(task.stems, truth_of(row))
    leak = leakage(estimate, truth, task.mix, task.rate_hz)
    noise = None
    if audible(truth):
        noise = log_kurtosis_ratio(estimate - truth, task.mix - truth, task.rate_hz)
    return {
        "leakage": leak.db if leak else None,
        "silent_s": leak.seconds if leak else None,
        "noise": noise,
    }


def _seams(run: Run, task: Task, place: str, estimates: Mapping[Row, Audio]) -> dict[Row, Heard]:
    """Of a run without given stems at the model's own rate, on a clip of more than a window."""
    settings = run.settings(task, place)
    samples = task.mix.shape[-1]
    if run.known or task.rate_hz != run.model.spec.rate_hz or settings.hop_samples >= samples:
        return {}
    half = settings.hop_samples // 2
    late = np.pad(task.mix, ((0, 0), (half, 0)))
    moved = run.answers(task, run.outputs(replace(task, mix=late), settings)[..., half:])
    own = _joins(samples, settings, task.rate_hz)
    both = own | _joins(samples, settings, task.rate_hz, half)
    found = {row: _named("shifted", task, one, moved[row], both) for row, one in estimates.items()}
    single = _one_window(run, settings, samples)
    if single is not None:
        whole = run.answers(task, run.outputs(task, single))
        for row, one in estimates.items():
            found[row] |= _named("whole", task, one, whole[row], own)
    return found


def _joins(
    samples: int, settings: StreamSettings, rate_hz: int, shift: int = 0
) -> NDArray[np.bool_]:
    return joins(samples, settings.hop_samples, settings.crossfade_samples, rate_hz, shift)


def _named(name: str, task: Task, one: Audio, other: Audio, at: NDArray[np.bool_]) -> Heard:
    found = seam(one, other, task.mix, at)
    return {name: found.at_db, f"{name}_over": found.over_db} if found else {}


def _one_window(run: Run, settings: StreamSettings, samples: int) -> StreamSettings | None:
    """A grid whose one window holds the clip; None where the model has no such window."""
    length = run.model.spec.valid_window(samples)
    if length < samples or run.model.spec.state:
        return None
    return replace(
        settings, window_samples=length, hop_samples=length, lookahead_samples=0,
        crossfade_samples=0,
    )  # fmt: skip

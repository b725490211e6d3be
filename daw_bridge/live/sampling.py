"""Models that sample their stems from noise, step by step, are for files: live, they are refused.

They have no use for fewer steps: stems come out of the last ones. How far from live they are on
this machine is measured by two steps of one window, and is part of the refusal.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from daw_bridge.errors import TooSlow
from daw_bridge.live.engine_run import EngineRun
from engines.composite import streams_of
from engines.load import Model
from engines.making import make_stream
from engines.settings import StreamSettings

_STEPS = 2
_WINDOWS = 50
_LEVEL = 0.01


def refuse_sampling(run: EngineRun) -> None:
    """Raises TooSlow for a run of such a model, or of one whose known stems such a model makes.

    Also EngineError, where a step fails.
    """
    for one in streams_of(run.stream):
        if one.model.spec.diffusion is not None:
            raise _too_slow(one.model, one.settings)


def _too_slow(model: Model, settings: StreamSettings) -> TooSlow:
    step_s, steps = _step(model, settings, time.perf_counter)
    hop_s = settings.hop_samples / model.spec.rate_hz
    return TooSlow(
        f"{model.spec.name}, which samples its stems in {steps} steps: {steps * step_s:.3g} s for "
        f"{hop_s:.3g} s of music here, a real-time factor of {steps * step_s / hop_s:.3g}",
        "a model that answers in one pass, for a live stream",
        "Choose another model, or separate a file with this one.",
    )


def _step(model: Model, settings: StreamSettings, clock: Callable[[], float]) -> tuple[float, int]:
    """Seconds of a window's second step, as the first is slower, and how many there are."""
    stream, times, total = make_stream(model, settings), [], 1

    def on_step(window: int, done: int, steps: int) -> bool:
        nonlocal total
        times.append(clock())
        total = steps
        return done < _STEPS

    stream.on_step = on_step
    rng, shape = np.random.default_rng(0), (settings.channels, settings.hop_samples)
    for _ in range(_WINDOWS):
        if len(times) >= _STEPS:
            break
        stream.push(rng.standard_normal(shape, np.float32) * np.float32(_LEVEL))
    return times[-1] - times[-2], total

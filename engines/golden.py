"""What a model answers for one window of made-up music: whatever runs it must answer the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engines.grid import Grid
from engines.level import Follower
from engines.load import Model
from engines.methods import Method
from engines.spec import ModelSpec
from engines.tagging import to_try
from engines.types import Audio
from engines.window import Control, Window

_LEVEL = 0.2
# A model that answers silence is compared with this.
_LEAST = 2e-4
_TONES_HZ = (55.0, 220.0, 880.0, 3520.0)


@dataclass(frozen=True)
class Golden:
    """A window, its steps, and the stems (S, C, n) that the model makes of it in the first."""

    window: Window
    steps: int
    stems: Audio


def golden_of(model: Model) -> Golden:
    """The model's own answer. Raises EngineError."""
    asked = to_try(model)
    preset = min(asked.spec.presets.values(), key=lambda one: one.window_samples)
    window, steps = _window(asked.spec, preset.grid), preset.steps
    return Golden(window, steps, _answer(asked.method, window, steps))


def difference(golden: Golden, method: Method) -> float:
    """The largest difference of a method's answer, as a part of the loudest sample of the golden
    one. Raises EngineError."""
    found = _answer(method, golden.window, golden.steps)
    loudest = max(float(np.abs(golden.stems).max()), _LEAST)
    return float(np.abs(found - golden.stems).max()) / loudest


def _answer(method: Method, window: Window, steps: int) -> Audio:
    state = method.new_state()
    fresh = replace(window, state=state, follower=None if state is None else Follower())
    control = Control(steps, proceed=lambda done, most: False)
    return method.run([fresh], control)[0].stems


def _window(spec: ModelSpec, grid: Grid) -> Window:
    """Tones that come and go, and noise."""
    length, stems = grid.window_samples, len(spec.stems)
    times = np.arange(length) / spec.rate_hz
    tones = sum(np.sin(2 * np.pi * hz * times + k) for k, hz in enumerate(_TONES_HZ))
    swell = np.sin(np.pi * np.arange(length) / length)
    noise = np.random.default_rng(0).standard_normal((spec.channels, length))
    mix = (_LEVEL / 4 * (swell * tones + noise)).astype(np.float32)
    nothing = np.zeros((stems, spec.channels, length), np.float32)
    return Window(mix, nothing, np.zeros(stems, bool), 0, grid.start, grid.stop, grid.origin(0))

"""How fast a model is here: seconds of computing per second of audio, for each of its presets."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from engines.load import Model
from engines.stream import Stream, stream_settings

SMOOTH = 0.7
"""A live preset whose load is below this has time left for the rest of a machine."""
_LEVEL = 0.1


@dataclass(frozen=True)
class Speed:
    """A preset of a model, with one step, on one thread of this machine.

    `load` is the time for a hop over the hop's length: live it must stay below 1. `latency_ms` is
    what a live stream has before the device's blocks.
    """

    preset: str
    load: float
    hop_ms: float
    latency_ms: float

    @property
    def smooth(self) -> bool:
        """Whether it runs live here with time to spare."""
        return self.load < SMOOTH


def measure(model: Model, preset: str, hops: int = 2) -> Speed:
    """One preset on noise: the quickest of `hops` hops. Raises InferenceError, GraphError."""
    spec = model.spec
    settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=preset, steps=1)
    stream = Stream(model, settings)
    stream.warm_up()
    rng = np.random.default_rng(0)
    shape = (settings.channels, settings.hop_samples)
    hop_s = settings.hop_samples / settings.rate_hz
    windows = -(-settings.window_samples // settings.hop_samples)
    found: list[float] = []
    # The first windows are silent before the music begins, and may be skipped.
    for _ in range(windows + hops):
        noise = _LEVEL * rng.standard_normal(shape, np.float32)
        calls, start = stream.stats.network_calls, time.perf_counter()
        stream.push(noise)
        if stream.stats.network_calls > calls:
            found.append(time.perf_counter() - start)
        if len(found) > hops:
            break
    load = min(found) / hop_s if found else 0.0
    latency_ms = 1000 * stream.latency_samples / settings.rate_hz
    return Speed(preset, load, 1000 * hop_s, latency_ms)

"""How fast a model is here: seconds of computing per second of audio, for each of its presets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from daw_bridge.live.latency import longest_hop
from engines.composite import streams_of
from engines.errors import InferenceError
from engines.load import Model
from engines.making import make_stream
from engines.stream import stream_settings
from engines.tagging import to_try

SMOOTH = 0.7
"""A live preset whose load is below this has time left for the rest of a machine."""
ENOUGH_S = 0.5
_LEVEL = 0.1


@dataclass(frozen=True)
class Speed:
    """A preset of a model, with one step (its own number where it samples), on one thread here.

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


def measure(
    model: Model, preset: str, hops: int = 2, alive: Callable[[], object] = lambda: None
) -> Speed:
    """One preset on noise: the quickest of `hops` hops, or of as many as fit ENOUGH_S. `alive` is
    called after each.

    Raises GraphError, and InferenceError also where no answer can be used.
    """
    model = to_try(model)
    spec = model.spec
    steps = None if spec.diffusion else 1  # of noise levels, few are refused
    settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=preset, steps=steps)
    stream = make_stream(model, settings)
    stream.warm_up()
    alive()
    rng = np.random.default_rng(0)
    streams, hop_samples = streams_of(stream), ceil(longest_hop(stream))
    hop_s = hop_samples / settings.rate_hz
    # The first windows are silent before the music begins, and may be skipped.
    filled = max(ceil(one.settings.window_samples / one.settings.hop_samples) for one in streams)
    rest = filled + len(streams) - 1 + hops
    least_s, begun_s = float("inf"), time.perf_counter()
    while rest > 0 or time.perf_counter() - begun_s < ENOUGH_S:
        noise = _LEVEL * rng.standard_normal((settings.channels, hop_samples), np.float32)
        calls, start_s = [one.stats.network_calls for one in streams], time.perf_counter()
        stream.push(noise)
        if all(one.stats.network_calls > n for one, n in zip(streams, calls, strict=True)):
            least_s = min(least_s, time.perf_counter() - start_s)
        rest -= 1
        alive()
    for stats in (one.stats for one in streams):
        heard = stats.windows - stats.skipped - stats.silent
        if 0 < heard <= stats.nonfinite_out:
            seen = f"{heard} answers to noise, all of them not finite or far louder than the noise"
            action = "check the description, or get another file"
            raise InferenceError(seen, "stems of a mix", action)
    latency_ms = 1000 * stream.latency_samples / settings.rate_hz
    return Speed(preset, least_s / hop_s, 1000 * hop_s, latency_ms)

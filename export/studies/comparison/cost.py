"""What a trained variant costs: time of a training step, time of its exported graph."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from engines.load import load_model
from engines.making import make_stream
from engines.ort import open_session
from engines.spec import ModelSpec, StftDomain, parse_spec
from engines.stream import stream_settings
from export.graphs.tensors import Size, output_name, random_feeds
from export.nets import checkpoint

RUNS = 5
ENGINE_S = 16.0


def step_seconds(path: Path) -> float:
    """Time of one step of a checkpoint's training, by the clock it was trained under."""
    state = checkpoint.load(path)
    return float(state["elapsed_s"]) / max(1, int(state["step"]))


def graph_seconds(path: Path, threads: int, runs: int = RUNS) -> float:
    """Compute seconds per second of audio of one graph call on the offline preset's window.

    The median of `runs` calls after a first one, on noise, with `threads` compute threads. STFT,
    overlap of windows and Gibbs steps are not in it. Raises EngineError.
    """
    session = open_session(path, threads=threads)
    spec = parse_spec(session.metadata, str(path))
    window = spec.offline.window_samples
    feeds = random_feeds(spec, Size(1, _time(spec, window)), 0)
    times = []
    for _ in range(runs + 1):
        started = perf_counter()
        session.run(output_name(spec), feeds)
        times.append(perf_counter() - started)
    return median(times[1:]) * spec.rate_hz / window


def engine_seconds(path: Path, steps: int, seconds: float = ENGINE_S) -> float:
    """Compute seconds per second of audio of the offline preset with so many Gibbs steps.

    On noise, in one thread, with everything: STFT, overlapping windows, every step; the first
    window is not in it. Raises EngineError.
    """
    model = load_model(path, threads=1)
    spec = model.spec
    stream = make_stream(
        model, stream_settings(spec, spec.rate_hz, spec.channels, steps=steps, preset="offline")
    )
    rng = np.random.default_rng(0)
    mix = 0.1 * rng.standard_normal((spec.channels, round(seconds * spec.rate_hz)), np.float32)
    stream.push(mix[:, : spec.offline.window_samples])
    started = perf_counter()
    stream.push(mix)
    return (perf_counter() - started) / seconds


def _time(spec: ModelSpec, window_samples: int) -> int:
    """The time axis of a window: samples, or frames."""
    if isinstance(spec.domain, StftDomain):
        return -(-window_samples // spec.domain.hop_samples) + 1
    return window_samples

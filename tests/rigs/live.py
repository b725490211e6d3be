"""Drives a LiveStream without threads: blocks in, the worker stepped by hand when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from daw_bridge.live.stream import LiveStream
from engines.load import Model, load_model
from engines.making import make_stream
from engines.stream import StreamSettings, stream_settings
from engines.types import Audio
from tests.rigs.scratch import scratch_folder
from tests.rigs.tiny_models import GAINS, STEMS, make_model

RATE = 44100
CHANNELS = 2


@lru_cache(maxsize=32)
def tiny(**changes: Any) -> Model:
    """A tiny model, made once for each set of changes."""
    path = scratch_folder() / "tiny.onnx"
    make_model(path, **changes)
    return load_model(path)


def settings_of(model: Model, rate_hz: int = RATE, **changes: Any) -> StreamSettings:
    """The model's live preset in stereo."""
    return stream_settings(model.spec, rate_hz, CHANNELS, **changes)


def noise(samples: int, seed: int = 0, channels: int = CHANNELS) -> Audio:
    """(channels, samples) of white noise at -20 dBFS."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((channels, samples)) * 0.1).astype(np.float32)


def ready(live: LiveStream, block: int) -> None:
    """The worker does all it can, at once."""
    while live.control.step():
        pass


def run(
    live: LiveStream,
    mix: Audio,
    block: int,
    work: Callable[[LiveStream, int], None] = ready,
) -> Audio:
    """(channels, n) -> (outputs, channels, n), block by block; `work(live, index)` after each."""
    return run_blocks(live, mix, [block] * -(-mix.shape[-1] // block), work)


def run_blocks(
    live: LiveStream,
    mix: Audio,
    blocks: Iterable[int],
    work: Callable[[LiveStream, int], None] = ready,
) -> Audio:
    """The same for blocks of these sizes; the last may be cut short."""
    out = np.full((len(live.outputs), *mix.shape), np.nan, np.float32)
    start = 0
    for index, block in enumerate(blocks):
        stop = min(start + block, mix.shape[-1])
        live.process(mix[:, start:stop], out[..., start:stop])
        work(live, index)
        start = stop
    return out


def delayed(signal: Audio, samples: int) -> Audio:
    """(..., n) later by `samples`, zeros first, n kept."""
    return np.concatenate([np.zeros_like(signal[..., :samples]), signal], -1)[
        ..., : signal.shape[-1]
    ]


def offline(model: Model, settings: StreamSettings, mix: Audio) -> Audio:
    """(outputs, channels, n): what an undisturbed engine makes of the whole input."""
    stream = make_stream(model, settings)
    parts = [stream.push(mix), stream.flush()]
    return np.concatenate(parts, axis=-1)


def replay(
    model: Model, settings: StreamSettings, mix: Audio, log: Sequence[tuple[int, int]]
) -> Audio:
    """(channels, n) and a live stream's whole `steps_log` -> (outputs, channels, m), offline.

    All samples that the logged windows made final, without the latency. Model, settings and seed
    are those of the live stream; the log begins with window 0.
    """
    assert log[0][0] == 0, "its oldest windows have been forgotten"
    stream = make_stream(model, settings)
    pieces, emitted, taken = [], 0, 0
    for index, steps in log:
        stream.update(steps=steps or None)
        while stream.stats.windows <= index and taken < mix.shape[-1]:
            due = min(emitted + stream.latency_samples + 1, mix.shape[-1])
            pieces.append(stream.push(mix[:, taken:due], run=bool(steps)))
            emitted, taken = emitted + pieces[-1].shape[-1], due
    return np.concatenate(pieces, axis=-1)


def level_db(signal: Audio) -> float:
    """Peak level, dB re full scale; -300 for silence."""
    return float(20 * np.log10(max(float(np.abs(signal).max(initial=0.0)), 1e-15)))


__all__ = ["GAINS", "STEMS"]

"""What the tests of streams share: sounds, block sizes, and ways to push them through."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from engines.stream import Stream
from engines.types import Audio

QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KINDS = [("waveform", False), ("waveform", True), ("stft", False), ("stft", True)]
BLOCKS = st.lists(st.sampled_from([0, 1, 2, 63, 64, 65, 127, 128, 500, 8193]), max_size=12)
BELOW_100_DBFS = 1e-5


def noise(channels: int, samples: int, seed: int = 0) -> Audio:
    return np.random.default_rng(seed).standard_normal((channels, samples), np.float32) / 4


def tone(channels: int, samples: int, rate_hz: int, tone_hz: float = 1000.0) -> Audio:
    """A tone that fades in and out, so that rate conversion has no edges to ring at."""
    wave = np.sin(2 * np.pi * tone_hz / rate_hz * np.arange(samples)) * np.hanning(samples)
    return np.repeat(wave[None].astype(np.float32), channels, axis=0)


def cut(audio: Audio, sizes: list[int]) -> list[Audio]:
    """The audio in blocks of these sizes, the last one whatever is left."""
    ends = np.minimum(np.cumsum(sizes, dtype=int), audio.shape[-1])
    return np.split(audio, ends, axis=-1)


def pushed(
    stream: Stream, blocks: list[Audio], known: dict[str, list[Audio]] | None = None
) -> Audio:
    parts = []
    for i, block in enumerate(blocks):
        parts.append(stream.push(block, {name: k[i] for name, k in (known or {}).items()}))
    return np.concatenate([*parts, stream.flush()], axis=-1)


def fed(stream: Stream, blocks: list[Audio]) -> Audio:
    parts = [stream.feed(block) for block in blocks]
    assert [part.shape[-1] for part in parts] == [block.shape[-1] for block in blocks]
    return np.concatenate([*parts, stream.flush()], axis=-1)

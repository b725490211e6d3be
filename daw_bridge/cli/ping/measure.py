"""Measures a path: what went in, what came out, how much later, and how well the two cancel."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from daw_bridge.errors import NoAnswer
from engines.types import Audio

NULL_DB = -100.0
"""What sums to its input is at least this far below it, in dB re full scale."""

BURST_DB = -20.0
FLOOR_DB = -300.0


@dataclass(frozen=True)
class PingResult:
    """declared and measured delay in samples; peak of the difference in dB re full scale.

    published_samples: the latency that JACK publishes; None on other routes.
    """

    rate_hz: int
    declared_samples: int
    measured_samples: int
    null_db: float
    published_samples: int | None = None

    @property
    def holds(self) -> bool:
        """Whether all are equal and the output cancels the input."""
        latencies = {self.declared_samples, self.measured_samples}
        if self.published_samples is not None:
            latencies.add(self.published_samples)
        return len(latencies) == 1 and self.null_db < NULL_DB


def burst(samples: int, channels: int, seed: int = 0) -> Audio:
    """(channels, samples) of noise at BURST_DB, different in every channel."""
    rng = np.random.default_rng(seed)
    level = 10.0 ** (BURST_DB / 20.0)
    return rng.standard_normal((channels, samples), np.float32) * np.float32(level)


def delay_of(sent: Audio, received: Audio) -> int:
    """Delay in samples at which (channels, n) `received` matches `sent` best.

    Raises NoAnswer for silence.
    """
    if not received.any():
        raise NoAnswer("only silence came back", "the signal that was sent", "Check the routing.")
    size = 1 << (sent.shape[-1] + received.shape[-1] - 1).bit_length()
    spectra = np.fft.rfft(received, size) * np.conj(np.fft.rfft(sent, size))
    likeness = np.fft.irfft(spectra.sum(axis=0), size)[: received.shape[-1]]
    return int(np.argmax(np.abs(likeness)))


def null_db(sent: Audio, received: Audio, delay_samples: int) -> float:
    """Peak of received minus the delayed sent, over what the two share, dB re full scale."""
    count = min(sent.shape[-1], received.shape[-1] - delay_samples)
    if count <= 0:
        return 0.0
    rest = received[..., delay_samples : delay_samples + count] - sent[..., :count]
    return level_db(rest)


def level_db(signal: Audio) -> float:
    """Peak, dB re full scale."""
    peak = float(np.abs(signal).max(initial=0.0))
    return 20.0 * log10(peak) if peak > 10.0 ** (FLOOR_DB / 20.0) else FLOOR_DB


def compare(sent: Audio, received: Audio, rate_hz: int, declared_samples: int) -> PingResult:
    """The result for (channels, n) sent and the sum of all outputs received. Raises NoAnswer."""
    measured = delay_of(sent, received)
    return PingResult(rate_hz, declared_samples, measured, null_db(sent, received, measured))

"""What brings a live stream its audio, as the server sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from daw_bridge.live.counters import CallbackTimer

Reshape = Callable[[int, int], None]


def _nobody(rate_hz: int, block_samples: int) -> None:
    pass


@dataclass
class PortStatus:
    """Filled in by the transport (`state`) and by the server (`reshape`); any thread reads.

    state: how the transport does, one line for people and for status; empty where none feeds the
    stream. reshape(rate_hz, block_samples): the transport's audio has another form from now on,
    and the stream is to follow; returns at once. cycle: of JACK, from the start of each cycle to
    the end of our part of it (not while it freewheels); that includes waiting for other clients
    and for Python's lock.

    Of a transport that sends packets, since it began: discontinuities, in which shortfall_samples
    that were missing were filled with silence and excess_samples left out; refused_packets,
    damaged or of another form; dropped_packets, which the system did not take for sending.
    """

    state: str = ""
    reshape: Reshape = _nobody
    cycle: CallbackTimer = field(default_factory=CallbackTimer)
    discontinuities: int = 0
    shortfall_samples: int = 0
    excess_samples: int = 0
    refused_packets: int = 0
    dropped_packets: int = 0

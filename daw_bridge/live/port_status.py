"""How the port of a live stream does: written by the port, read by the server and the callback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from daw_bridge.live.controls import ControlChange
from daw_bridge.live.counters import CallbackTimer

Reshape = Callable[[int, int], None]
Control = Callable[[tuple[ControlChange, ...]], None]


def _nobody(rate_hz: int, block_samples: int) -> None:
    pass


def _unmoved(changes: tuple[ControlChange, ...]) -> None:
    pass


@dataclass
class PortStatus:
    """Written by the port, except `reshape` and `control`, which the server sets. Any thread reads.

    state: one line for people and for status; empty without a port. reshape(rate_hz,
    block_samples): the port calls it when its audio takes another form, and the stream follows;
    returns at once. freewheel: the host renders faster or slower than real time; then, and only
    then, `process` waits for the worker. xruns: blocks that the device lost or repeated. cycle:
    of JACK, from the start of each cycle to the end of our part of it, waiting for other clients
    and for Python's lock included (not while it freewheels).

    midi: whether MIDI controllers come in; then control(changes) is told from a thread that may
    wait, the newest change of each controller. lost_controls: MIDI messages that came too fast.

    Of a port that carries packets, since it began: discontinuities, in which shortfall_samples
    were filled with silence and excess_samples left out; refused_packets, damaged or of another
    form; dropped_packets, which the system did not take for sending. hears: its identifiers of the
    mix and of the known stems; sends: those of the outputs, then of the delayed mix, "" for what
    is not sent.
    """

    state: str = ""
    reshape: Reshape = _nobody
    midi: bool = False
    control: Control = _unmoved
    lost_controls: int = 0
    freewheel: bool = False
    xruns: int = 0
    cycle: CallbackTimer = field(default_factory=CallbackTimer)
    discontinuities: int = 0
    shortfall_samples: int = 0
    excess_samples: int = 0
    refused_packets: int = 0
    dropped_packets: int = 0
    hears: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()

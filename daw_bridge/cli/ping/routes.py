"""The routes of `daw-bridge ping` through a running server: a ZeroMQ stream, or JACK ports."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from daw_bridge.cli.ping.jack import JackProbe
from daw_bridge.cli.ping.measure import PingResult, burst, compare
from daw_bridge.client import Client
from daw_bridge.client.stream import ClientStream
from daw_bridge.errors import NoDevice
from daw_bridge.ports.jack.library import open_client
from daw_bridge.ports.jack.names import DRY, MIX
from daw_bridge.wire.replies import StreamInfo
from engines.types import Audio

ANSWERS_WITHIN_S = 10.0
JACK_CLIENTS = ("daw-bridge", "PortAudio")
"""Names in JACK of `serve --io jack` and `serve --io device`."""

_EXTRA_PERIODS = 4
_DEVICE = "device"


def through_zmq(endpoint: str, rate_hz: int, block_samples: int, seconds: float) -> PingResult:
    """A live stream of its own, fed in real time in stereo blocks. Raises NoAnswer, RemoteError."""
    with (
        Client(endpoint, ANSWERS_WITHIN_S) as client,
        client.stream(rate_hz, 2, mode="live", block_samples=block_samples) as stream,
    ):
        declared = stream.latency_samples
        blocks = -(-int(seconds * rate_hz) // block_samples)
        signal = burst(blocks * block_samples, 2)
        rest = -(-declared // block_samples) + 1
        silence = np.zeros((2, rest * block_samples), np.float32)
        heard = _in_real_time(stream, np.concatenate([signal, silence], axis=1), block_samples)
        return compare(signal, heard, rate_hz, declared)


def _in_real_time(stream: ClientStream, signal: Audio, block_samples: int) -> Audio:
    """Sum of the outputs, (channels, n), for (channels, n) sent in real time."""
    began, parts = time.monotonic(), []
    for start in range(0, signal.shape[1], block_samples):
        parts.append(stream.process(signal[:, start : start + block_samples]).audio.sum(axis=0))
        wait_s = began + (start + block_samples) / stream.info.rate_hz - time.monotonic()
        time.sleep(max(0.0, wait_s))
    return np.concatenate(parts, axis=1)


def device_stream(endpoint: str) -> StreamInfo:
    """The stream that the server's sound device feeds. Raises NoAnswer, NoDevice."""
    with Client(endpoint, ANSWERS_WITHIN_S) as client:
        for info in client.status().streams:
            if info.mode == _DEVICE:
                return info
    raise NoDevice(
        f"no live audio in the server at {endpoint}",
        "`daw-bridge serve --io jack` or `--io device`",
        "Start it that way, or give the latency with --declared.",
    )


def through_jack(
    client: str, declared_samples: int, seconds: float, freewheel: bool = False
) -> PingResult:
    """Through the JACK ports of `client`: input port k takes channel k, all outputs are summed.

    `client` "": the server's own or, where there is none, PortAudio's. Raises NoDevice, NoAnswer.
    """
    ends = jack_ends(client)
    channels = len(ends.inputs)
    record = [ends.outputs[channel::channels] for channel in range(channels)]
    with JackProbe(ends.inputs, record, freewheel=freewheel) as probe:
        signal = burst(int(seconds * probe.rate_hz), channels)
        longest = declared_samples + _EXTRA_PERIODS * probe.block_samples
        heard = probe.play(signal, longest)
        result = compare(signal, heard, probe.rate_hz, declared_samples)
        return replace(result, published_samples=probe.published()) if ends.ours else result


@dataclass(frozen=True)
class JackEnds:
    """Full names of a JACK client's ports for the mix and for what sums to it."""

    inputs: list[str]
    outputs: list[str]
    ours: bool


def jack_ends(client: str = "", server: str | None = None) -> JackEnds:
    """The ports to measure through; of the server's own client, or PortAudio's. Raises NoDevice."""
    looker = open_client("daw-bridge-look", server)
    try:
        found = [_ends_of(looker, name) for name in ([client] if client else JACK_CLIENTS)]
    finally:
        looker.close()
    for ends in found:
        if ends.inputs and ends.outputs:
            return ends
    raise NoDevice(
        f"no JACK ports of {client or ' or '.join(JACK_CLIENTS)}",
        "the server's inputs and outputs",
        "Start `daw-bridge serve --io jack`, or name the client with --jack-client.",
    )


def _ends_of(looker: Any, client: str) -> JackEnds:
    inputs, outputs = (
        [port.name for port in looker.get_ports(f"^{re.escape(client)}:", is_audio=True, **side)]
        for side in ({"is_input": True}, {"is_output": True})
    )
    mix = [name for name in inputs if name.startswith(f"{client}:{MIX}_in")]
    if not mix:
        return JackEnds(inputs, outputs, False)
    stems = [name for name in outputs if not name.startswith(f"{client}:{DRY}_out")]
    return JackEnds(mix, stems, True)

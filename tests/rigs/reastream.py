"""A ReaStream port on real loopback sockets, with time made by hand, and a DAW's side of it."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np

from daw_bridge.live.stream import LiveStream
from daw_bridge.ports import AudioOptions, ReaStreamOptions
from daw_bridge.ports.reastream.packets import AudioPacket, decode, split
from daw_bridge.ports.reastream.port import ReaStreamPort
from daw_bridge.ports.reastream.sockets import Address, UdpSockets
from daw_bridge.settings.plan import held_samples
from engines.load import Model
from engines.types import Audio
from tests.rigs.live import settings_of

RATE = 44100
BLOCK = 512
ANY: Address = ("127.0.0.1", 0)
Datagram = tuple[float, bytes]  # when it comes, what


def udp(address: Address = ANY, share: bool = False) -> socket.socket:
    """A bound socket that does not wait."""
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if share:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    end.bind(address)
    end.setblocking(False)
    return end


def sent(
    identifier: str, audio: Audio, rate_hz: int = RATE, start_s: float = 1.0
) -> list[Datagram]:
    """What a plug-in sends of (channels, n): blocks at the rate, each in as many packets as it
    takes.
    """
    found = []
    for first in range(0, audio.shape[1], BLOCK):
        block = audio[:, first : first + BLOCK]
        when = start_s + (first + block.shape[1]) / rate_hz
        found += [(when, data) for data in split(identifier, rate_hz, block)]
    return found


class HandMade(UdpSockets):
    """Real sockets; waiting takes no time but brings the next packets."""

    time_s = 0.0

    def __init__(self, receive_at: Address, send_to: Address) -> None:
        super().__init__(receive_at, send_to)
        self.to_come: deque[Datagram] = deque()
        self.daw = udp()

    def wait(self, timeout_s: float) -> None:
        self.time_s += max(timeout_s, 1e-9)
        while self.to_come and self.to_come[0][0] <= self.time_s:
            self.time_s = max(self.to_come[0][0], self.time_s - timeout_s)
            self.daw.sendto(self.to_come.popleft()[1], self.address)
            if self.to_come and self.to_come[0][0] > self.time_s:
                return

    def close(self) -> None:
        super().close()
        self.daw.close()


class Rig:
    """A LiveStream whose worker is always in time, its port, and the DAW that hears the stems."""

    def __init__(self, model: Model, rate_hz: int = RATE, **options: Any) -> None:
        self.hears = udp()
        usual = {"bind": "127.0.0.1", "port": 0, "send_port": self.hears.getsockname()[1]}
        wishes = ReaStreamOptions(**(usual | options.pop("reastream", {})))
        audio = AudioOptions(rate_hz=rate_hz, reastream=wishes, **options)
        self.port = ReaStreamPort(audio, clock=lambda: self.sockets.time_s if self._open else 0.0)
        self._open = False
        chosen = settings_of(model, self.port.rate_hz, known=self.port.known)
        self.live = LiveStream(model, chosen, self.port.block_samples)
        self.port.connect(self.live)
        self.port.open(HandMade)
        self._open = True
        self.heard: dict[str, list[Audio]] = {}
        self.rates: set[int] = set()

    @property
    def sockets(self) -> HandMade:
        sockets = self.port._sockets
        assert isinstance(sockets, HandMade)
        return sockets

    @property
    def latency_samples(self) -> int:
        port = self.port
        held = held_samples(port.held_ms, port.rate_hz, port.block_samples)
        return self.live.latency_samples + held

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *error: object) -> None:
        self.port.stop()
        self.hears.close()

    def play(self, datagrams: Iterable[Datagram], rest_s: float = 3.0) -> None:
        """All these come; then time goes on for a while."""
        self.sockets.to_come.extend(sorted(datagrams, key=lambda one: one[0]))
        last_s = self.sockets.to_come[-1][0] if self.sockets.to_come else self.sockets.time_s
        end_s = rest_s + last_s
        while self.sockets.time_s < end_s:
            self.port.turn()
            while self.live.control.step():
                pass
            self._listen()

    def _listen(self) -> None:
        while True:
            try:
                packet = decode(self.hears.recv(65536))
            except BlockingIOError:
                return
            assert isinstance(packet, AudioPacket)
            self.rates.add(packet.rate_hz)
            self.heard.setdefault(packet.identifier, []).append(packet.audio)

    def stem(self, name: str) -> Audio:
        """(channels, n): all that has come of one output."""
        return np.concatenate(self.heard[name], axis=-1)

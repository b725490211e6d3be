"""`daw-bridge serve --io reastream` as a whole: its own thread, real time, loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from daw_bridge.errors import PortTaken
from daw_bridge.ports.reastream.packets import AudioPacket, decode
from daw_bridge.ports.reastream.port import USUAL_BLOCK, ReaStreamPort
from daw_bridge.settings.parameters import Value
from engines.types import Audio
from tests.rigs import reastream as rig
from tests.rigs.live import level_db, noise
from tests.rigs.reastream import Datagram, udp
from tests.rigs.server import Running, model_file, serving
from tests.rigs.tiny_models import OFFLINE

LIMIT_S = 60.0
RATE = 16000
"""Little enough that a starved test loses none of the packets that wait for it."""


def sent(identifier: str, audio: Audio) -> list[Datagram]:
    """What a plug-in sends at this rate."""
    return rig.sent(identifier, audio, RATE)


class Daw:
    """Sends packets when they are due; a thread keeps what it hears."""

    def __init__(self, running: Running, hears: socket.socket) -> None:
        port = running.server._port
        self.address = port.address  # type: ignore[union-attr]
        self.running, self._hears = running, hears
        self.end = udp()
        self.heard: dict[str, list[AudioPacket]] = {}
        self._closing = threading.Event()
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def close(self) -> None:
        self._closing.set()
        self._ear.join()
        self.end.close()

    def play(self, datagrams: list[Datagram]) -> None:
        """As a plug-in does: every packet at its time."""
        began = time.monotonic() - datagrams[0][0]
        for when, data in datagrams:
            time.sleep(max(0.0, began + when - time.monotonic()))
            self.end.sendto(data, self.address)

    def _listen(self) -> None:
        self._hears.settimeout(0.1)
        while not self._closing.is_set():
            try:
                packet = decode(self._hears.recv(65536))
            except TimeoutError:
                continue
            assert isinstance(packet, AudioPacket)
            self.heard.setdefault(packet.identifier, []).append(packet)

    def stems(self) -> list[list[AudioPacket]]:
        """What has come under each identifier but the delayed mix's."""
        return [found for name, found in list(self.heard.items()) if not name.endswith("-dry")]

    def sum(self, samples: int) -> Audio:
        """All outputs together, once that much of each has come."""
        limit = time.monotonic() + LIMIT_S
        while time.monotonic() < limit:
            heard = self.stems()
            have = [sum(one.samples for one in found) for found in heard]
            if len(have) == 5 and min(have) >= samples:
                break
            time.sleep(0.01)
        stems = [
            np.concatenate([one.audio for one in found], axis=1)[:, :samples]
            for found in self.stems()
        ]
        total: Audio = np.sum(stems, axis=0)
        return total

    def until(self, what: str) -> dict[str, object]:
        """The stream's health, once this count is above 0."""
        limit = time.monotonic() + LIMIT_S
        with self.running.client() as client:
            while time.monotonic() < limit:
                (health,) = client.status().health
                if getattr(health, what):
                    return vars(health)
                time.sleep(0.05)
        raise AssertionError(f"no {what}")


@contextmanager
def daw(**options: Value) -> Iterator[Daw]:
    usual: dict[str, Value] = {
        "io": "reastream", "reastream_bind": "127.0.0.1", "reastream_port": 0,
        "reastream_buffer": 1500.0, "model": model_file(live=OFFLINE),
    }  # fmt: skip
    with udp() as hears:
        port = hears.getsockname()[1]
        with serving(**(usual | {"reastream_send_port": port} | options)) as running:
            found = Daw(running, hears)
            try:
                yield found
            finally:
                found.close()


def test_the_stems_come_back_and_sum_to_the_mix() -> None:
    mix = noise(RATE // 2)
    with daw(rate=RATE) as end:
        (info,) = end.running.ready.streams
        assert info.latency_samples > 1.5 * RATE and "ReaStream" in end.running.ready.audio
        end.play(sent("daw-bridge", mix))
        total = end.sum(info.latency_samples + mix.shape[1])
        assert level_db(total[:, info.latency_samples :] - mix) < -120
        assert not total[:, : info.latency_samples].any()
        health = end.until("blocks")
        assert health["discontinuities"] == 0 and "daw-bridge-drums" in str(health["io_state"])
        names = (*info.outputs, "dry")
        assert health["sends"] == tuple(f"daw-bridge-{name}" for name in names)
        assert health["hears"] == ("daw-bridge",)


def test_damage_is_told_over_zeromq_and_osc() -> None:
    with daw(rate=RATE) as end, end.running.osc() as osc:
        osc.send("/dawbridge/notify", 1)
        osc.wait("/dawbridge/done")
        end.end.sendto(b"MRSR", end.address)
        command, _, code, message = osc.wait("/dawbridge/fail")
        assert (command, code) == ("/dawbridge/stream/1", "bad_message")
        assert "4 bytes" in str(message)
        assert end.until("refused_packets")["refused_packets"] == 1


def test_another_rate_is_followed() -> None:
    with daw() as end, end.running.client() as client:
        assert end.running.ready.streams[0].rate_hz == 48000
        end.play(sent("daw-bridge", noise(RATE // 4)))
        limit = time.monotonic() + LIMIT_S
        while (info := client.status().streams[0]).rate_hz != RATE or "waiting" not in (
            client.status().health[0].io_state
        ):
            assert time.monotonic() < limit, info
            time.sleep(0.05)
        assert {one.rate_hz for found in end.heard.values() for one in found} <= {RATE}
        end.sum(client.status().health[0].blocks * USUAL_BLOCK)  # all that was sent has come
        end.heard.clear()
        mix = noise(RATE // 2, seed=5)
        end.play(sent("daw-bridge", mix))
        total = end.sum(info.latency_samples + mix.shape[1])
        assert level_db(total[:, info.latency_samples :] - mix) < -120


def test_what_was_left_out_is_told() -> None:
    """Three seconds of audio at once are more than the buffer holds."""
    with daw(rate=RATE) as end, end.running.osc() as osc:
        osc.send("/dawbridge/notify", 1)
        osc.wait("/dawbridge/done")
        for _, data in sent("daw-bridge", noise(3 * RATE)):
            end.end.sendto(data, end.address)
        count, short, over = osc.wait("/dawbridge/discontinuity", LIMIT_S)
        assert count > 0 and over > 0 == short
        health = end.until("discontinuities")
        assert health["excess_samples"] and health["discontinuities"]
        assert "samples missing" in str(osc.wait("/dawbridge/fail", LIMIT_S)[3])


def test_an_address_that_is_not_ours_ends_the_start() -> None:
    with pytest.raises(PortTaken, match=r"203\.0\.113\.1"), daw(reastream_bind="203.0.113.1"):
        pass


def test_its_thread_outlives_what_nobody_foresaw_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures, real = list[Exception](), ReaStreamPort.turn

    def turn(self: ReaStreamPort) -> None:
        if failures:
            raise failures.pop()
        real(self)

    monkeypatch.setattr(ReaStreamPort, "turn", turn)
    with daw() as one, one.running.client() as client, one.running.osc() as ear:
        ear.send("/dawbridge/notify", 1)
        ear.settle()
        failures += [OSError(105, "No buffer space available"), ValueError("odd")]
        address, _, code, _ = ear.wait("/dawbridge/fail")
        assert (address, code) == ("/dawbridge/stream/1", "internal")
        while client.status().internal_errors < 2:
            time.sleep(0.02)  # the test's own time limit ends this
        assert one.running.server._port._thread.is_alive()  # type: ignore[union-attr]

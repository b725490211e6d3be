"""ports.jack.port: what is refused before anything is opened. With a server: test_serve.py."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from threading import Event
from types import SimpleNamespace

import pytest

from daw_bridge.errors import BadChannels, BadValue, NoDevice
from daw_bridge.live.port_status import PortStatus
from daw_bridge.ports import AudioOptions
from daw_bridge.ports.jack import port as jack


@pytest.mark.parametrize("flag", ["in_map", "out_map", "in_device", "out_device"])
def test_what_only_devices_have_is_refused(flag: str) -> None:
    with pytest.raises(BadChannels, match=f"--{flag.replace('_', '-')} with --io jack"):
        jack.prepare(AudioOptions(**{flag: "1"}))  # type: ignore[arg-type]


@pytest.mark.parametrize("known", [("residual",), ("mix",), ("a b",), ("drums", "drums")])
def test_bad_known_stems_are_refused(known: tuple[str, ...]) -> None:
    with pytest.raises(BadValue, match="known stems"):
        jack.prepare(AudioOptions(known=known))


@pytest.mark.parametrize("name", ["", "a:b", "*", "x" * 33])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(BadValue, match="--jack-name"):
        jack.prepare(AudioOptions(jack_name=name))


def test_a_bad_rule_is_refused() -> None:
    with pytest.raises(BadValue, match="name=pattern"):
        jack.prepare(AudioOptions(connect="mix"))


WAITING = """
import logging
from daw_bridge.ports import AudioOptions
from daw_bridge.ports.jack import port as jack
logging.basicConfig(format="%(levelname)s %(message)s")
port = jack.prepare(AudioOptions(block_samples=64))
assert (port.rate_hz, port.block_samples) == (jack.USUAL_FORM[0], 64)
print(port.describe())
"""


@pytest.mark.jack
def test_a_server_that_is_not_there_yet_is_said_once_and_waited_for() -> None:
    """In a process of its own, in which nobody else uses libjack."""
    environment = {**os.environ, "JACK_DEFAULT_SERVER": f"none-{uuid.uuid4().hex[:8]}"}
    done = subprocess.run(
        [sys.executable, "-c", WAITING], env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "JACK: waiting for the server"
    (said,) = done.stderr.splitlines()
    assert said.startswith("WARNING") and "no JACK server" in said and "waiting for it" in said


def test_a_missing_library_is_an_error_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise NoDevice("no JACK library", "libjack", "Install jackd2.")

    monkeypatch.setattr(jack, "load_jack", missing)
    with pytest.raises(NoDevice, match="no JACK library"):
        jack.prepare(AudioOptions())


def test_a_server_stalls_from_its_last_block_on() -> None:
    progress = jack.Progress(-1, 10.0)
    assert progress.stalled_s(0, 11.0) == 0.0  # the client has just been opened
    assert progress.stalled_s(0, 12.5) == 1.5
    assert progress.stalled_s(7, 20.0) == 0.0
    assert progress.stalled_s(7, 21.0) == 1.0


class HangingJack:
    """A client of a JACK server that hangs: what asks the server does not return."""

    name, form = "daw-bridge", (48000, 64)

    def __init__(self) -> None:
        self.hanging, self.left, self.closed = Event(), Event(), Event()

    def leave(self) -> None:
        self.left.set()

    def close(self) -> bool:
        self.closed.set()
        return True


def test_a_server_that_hangs_does_not_keep_the_end_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jack, "STOPS_WITHIN_S", 0.05)
    port, client, asking = jack.JackPort(AudioOptions(), (48000, 64)), HangingJack(), Event()

    def opens(live: object) -> None:
        port._client = client  # type: ignore[assignment]

    def asks(live: object) -> None:
        asking.set()
        assert client.hanging.wait(60)

    monkeypatch.setattr(port, "_open", opens)
    monkeypatch.setattr(port, "_tick", asks)
    port._live = SimpleNamespace(port_status=PortStatus(), report=print)  # type: ignore[assignment]
    port.start()
    assert asking.wait(10)
    port.stop()  # returns though the supervisor does not
    assert client.left.is_set() and not client.closed.is_set()
    client.hanging.set()
    assert client.closed.wait(10)  # by the supervisor, once it is back from the server

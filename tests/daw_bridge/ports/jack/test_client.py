"""ports.jack.callback and client: how they leave JACK. The rest of the client: test_serve.py."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.ping.jack import JackProbe
from daw_bridge.errors import Internal
from daw_bridge.live.stream import LiveStream
from daw_bridge.ports.jack import callback as module
from daw_bridge.ports.jack.client import JackClient
from daw_bridge.ports.jack.names import port_names
from tests.rigs.jack import JackServer
from tests.rigs.live import settings_of, tiny

pytestmark = pytest.mark.jack


def test_jacks_thread_has_left_python_before_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If it were cancelled in Python, Python's lock would never be free again."""
    over, calls = threading.Event(), list[tuple[int, bool]]()

    def compete() -> None:  # for Python's lock
        while not over.is_set():
            sum(range(100))

    rivals = [threading.Thread(target=compete) for _ in range(2)]
    with JackServer(48000, 64) as jack:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
        for rival in rivals:
            rival.start()
        try:
            for _ in range(5):
                live = LiveStream(tiny(), settings_of(tiny(), 48000), 64)
                ports = port_names((), live.outputs, 2)
                client = JackClient("leaves", ports, live, threading.Event())
                deactivate = client._client.deactivate

                def note(client: JackClient = client, go_on: object = deactivate) -> None:
                    task = client._callback._thread_id
                    calls.append((task, Path(f"/proc/self/task/{task}").exists()))
                    assert callable(go_on)
                    go_on()

                monkeypatch.setattr(client._client, "deactivate", note)
                client.activate()
                while not client.served:
                    time.sleep(0.01)
                assert client.close()
        finally:
            over.set()
            for rival in rivals:
                rival.join()
    assert len(calls) == 5
    assert all(task > 0 and not there for task, there in calls)


def test_where_no_callback_comes_it_is_closed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAVES_WITHIN_S", 0.1)
    live = LiveStream(tiny(), settings_of(tiny(), 48000), 64)
    with JackServer(48000, 64) as jack:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", jack.name)
        client = JackClient("idle", port_names((), live.outputs, 2), live, threading.Event())
        client._callback._active = True  # but JACK does not call
        assert client.close()


def test_an_error_in_the_callback_of_ping_is_told_and_ends_the_wait() -> None:
    with (
        JackServer(48000, 64) as jack,
        JackProbe([], [], jack.name) as probe,  # nothing to record: numpy stacks no arrays
        pytest.raises(Internal, match="callback"),
    ):
        probe.play(np.zeros((0, 64), np.float32), 0)

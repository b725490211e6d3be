"""`serve --io jack` before there is a JACK server, and beside another daw-bridge."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from daw_bridge.client import Client
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import make_model

pytestmark = pytest.mark.jack


def wait_for_state(client: Client, text: str) -> str:
    """The state of the connection, once it has this in it; the test's time limit ends the rest."""
    while True:
        state = "".join(one.io_state for one in client.status().health)
        if text in state:
            return state
        time.sleep(0.1)


def test_it_waits_for_a_server_and_follows_its_form(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    options = ["--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack"]
    jack = JackServer(44100, 512)
    with ServeProcess(*options, environment=jack.env) as one:
        assert one.ready()["audio"] == "JACK: waiting for the server"
        with Client(one.endpoint, 30) as client:
            wait_for_state(client, "JACK: waiting for the server")
            client.set({"block/hop": 64})  # it serves meanwhile
            with jack:
                state = wait_for_state(client, "JACK client daw-bridge,")
                assert "44100 Hz, blocks of 512" in state
                while client.status().streams[0].rate_hz != 44100:
                    time.sleep(0.1)
                with ServeProcess(*options, environment=jack.env) as two:
                    said = two.ready()["audio"]
                    assert "JACK client daw-bridge-01 (the name was taken), " in said
                one.process.terminate()
                assert one.process.wait(30) == 0


def test_what_waits_is_stopped_at_once(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    options = ["--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack"]
    with ServeProcess(*options, environment=JackServer(48000, 64).env) as one:
        began = time.monotonic()
        one.process.terminate()
        assert one.process.wait(30) == 0
        assert time.monotonic() - began < 20

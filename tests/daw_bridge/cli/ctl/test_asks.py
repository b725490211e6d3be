"""The questions of `daw-bridge ctl`, to a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from daw_bridge.cli.ctl.asks import ASKS, pairs_of
from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.wire.requests import Midi
from tests.rigs.server import Running, serving

Ctl = Callable[..., str]
CtlJson = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("stem/drums/gain -6", {"stem/drums/gain": -6.0}),
        ("stem/drums/gain -6 bypass 1", {"stem/drums/gain": -6.0, "bypass": 1}),
        ("bypass=1 model=a=b.onnx", {"bypass": 1, "model": "a=b.onnx"}),
        ("/dawbridge/refine/steps 4", {"refine/steps": 4}),
        ("stem/*/gain -6", {"stem/*/gain": -6}),
        ("stem/*/gain -6.5", {"stem/*/gain": -6.5}),
        ("block/p* tight", {"block/p*": "tight"}),
        ("model 7", {"model": "7"}),
        ("bypass 1 bypass 0", {"bypass": 0}),
    ],
)
def test_pairs(words: str, expected: dict[str, object]) -> None:
    found = dict(pairs_of(words.split()))
    assert found == expected
    assert [type(one) for one in found.values()] == [type(one) for one in expected.values()]


@pytest.mark.parametrize("words", ["bypass", "bypass x", "bypass 2", "refine/steps 4 bypass"])
def test_pairs_that_are_none(words: str) -> None:
    with pytest.raises(BadValue):
        pairs_of(words.split())


def test_a_parameter_that_there_is_not_is_named_at_once() -> None:
    with pytest.raises(UnknownParameter, match="stem/<name>/gian"):
        pairs_of(["stem/drums/gian", "1"])


def test_status_without_and_with_a_stream(running: Running, ctl: Ctl, ctl_json: CtlJson) -> None:
    assert ctl("status").splitlines()[0].endswith(": 0 streams, 0 jobs, 0 OSC clients")
    with running.client() as client, client.stream(44100, 2):
        lines = ctl("status").splitlines()
        assert lines[1].startswith("stream 1 (sync): tiny, ")
        assert lines[1].endswith("ms), 44100 Hz, 2 channels") and "latency" in lines[1]
        assert "residual" in lines[2]
        found = ctl_json("status")
        assert found["type"] == "status.reply" and found["streams"][0]["rate_hz"] == 44100


def test_set_and_get(running: Running, ctl: Ctl, ctl_json: CtlJson) -> None:
    assert ctl("set", "refine/steps", "3", "refine/seed=5") == "refine/steps  3\nrefine/seed   5\n"
    assert ctl("get", "refine/steps") == "3\n"
    assert ctl_json("get", "refine/seed") == {
        "type": "values", "stream": 0, "values": {"refine/seed": 5},
    }  # fmt: skip
    assert "load/target" in ctl("get")
    with running.client() as client, client.stream(44100, 2):
        assert ctl("set", "stem/drums/gain", "-6") == "stem/drums/gain  -6\n"
        assert ctl_json("get", "stem/drums/gain")["values"] == {"stem/drums/gain": -6.0}


def test_a_pattern_stands_for_what_the_stream_has(running: Running, ctl_json: CtlJson) -> None:
    with running.client() as client, client.stream(44100, 2) as stream:
        set_now = ctl_json("set", "stem/*/gain", "-6", "byp*", "1")["values"]
        gains = {f"stem/{one}/gain": -6.0 for one in stream.info.outputs}
        assert set_now == gains | {"bypass": 1}
        assert ctl_json("get", "stem/*/gain")["values"] == gains


def test_reset_of_a_stream(running: Running, ctl: Ctl, ctl_json: CtlJson) -> None:
    with running.client() as client, client.stream(44100, 2):
        assert ctl("reset") == ""
        assert ctl_json("reset", "--stream", "1") == {
            "type": "done", "command": "reset", "req": 0,
        }  # fmt: skip


def test_models_clients_and_midi(running: Running, ctl: Ctl, ctl_json: CtlJson) -> None:
    assert "song" in ctl("models") and "licence" in ctl("models")
    assert {one["name"] for one in ctl_json("models")["models"]} >= {"song"}
    assert ctl("clients") == "nobody is registered for news\n"
    with running.osc() as end:
        end.send("/dawbridge/notify", 1)
        end.settle()
        assert f"127.0.0.1:{end.port}" in ctl("clients")
        assert ctl_json("clients")["clients"][0]["registered"] is True


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("list", Midi()),
        ("learn /dawbridge/bypass", Midi("learn", "bypass")),
        ("forget", Midi("forget")),
    ],
)
def test_midi_is_asked_as_the_protocol_has_it(words: str, expected: Midi) -> None:
    from argparse import Namespace

    action, _, name = words.partition(" ")
    assert ASKS["midi"].request(Namespace(action=action, parameter=name)) == expected


def test_quit_ends_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    from daw_bridge.cli import main

    with serving() as running:
        assert main(["ctl", "quit", "--server", running.endpoint]) == 0
        assert running.server.wait(10)
    assert "shuts down" in capsys.readouterr().out

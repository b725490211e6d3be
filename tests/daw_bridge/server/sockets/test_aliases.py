"""Earlier addresses and names stay good, over real sockets: set, asked, answered and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import zmq

from daw_bridge.settings.parameters import PREFIX, STREAM_PARAMETERS, Parameter
from tests.rigs.server import OscEnd, Running, model_file, serving
from tests.rigs.sounds import noise, save

RENAMED = [one for one in STREAM_PARAMETERS if len(one.names) > 1]
CASES = [(one, name) for one in RENAMED for name in one.names]
EACH = pytest.mark.parametrize(
    ("one", "name"), CASES, ids=[f"{one.name} by {name}" for one, name in CASES]
)
GIBBS = {"domain": "stft", "conditional": True, "couple": 0.3}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server with stream 1 open and refining with Gibbs steps."""
    with (
        serving(model=model_file(**GIBBS)) as one,
        one.client() as client,
        client.stream(44100, 2),
    ):
        yield one


def test_there_are_some() -> None:
    assert {name for _, name in CASES} >= {"refine/steps", "gibbs/steps", "gibbs/seed"}


@EACH
def test_osc_sets_and_asks_at_every_address(running: Running, one: Parameter, name: str) -> None:
    with running.osc() as end:
        for value, stream in ((7, ""), (8, "/stream/1")):
            end.send(f"{PREFIX}{stream}/{name}", value)
            end.settle()
            for each in one.names:
                end.calls.clear()
                assert end.ask(f"{PREFIX}/{each}") == (value,)
                assert [call.address for call in end.calls] == [f"{PREFIX}/{each}"]
        end.send(f"{PREFIX}/{name}", -3)
        assert end.wait(f"{PREFIX}/fail")[2] == "bad_value"


@EACH
def test_osc_listeners_hear_every_address(running: Running, one: Parameter, name: str) -> None:
    with running.osc() as setter, running.osc() as listener:
        listener.send(f"{PREFIX}/notify", 1)
        listener.wait(f"{PREFIX}/done")
        for each in one.names:
            listener.wait(f"{PREFIX}/{each}")  # the values as they are
        for value in (21, 22):
            setter.send(f"{PREFIX}/{name}", value)
            for each in one.names:
                assert listener.wait(f"{PREFIX}/{each}") == (value,)
        listener.send(f"{PREFIX}/notify", 0)
        listener.settle()


@EACH
def test_osc_listeners_hear_what_zmq_sets(running: Running, one: Parameter, name: str) -> None:
    with running.osc() as listener, running.dealer() as end:
        listener.send(f"{PREFIX}/notify", 1)
        listener.wait(f"{PREFIX}/done")
        listener.settle()
        assert end.ask("set", values={name: 31})["values"] == {name: 31}
        for each in one.names:
            assert listener.wait(f"{PREFIX}/{each}") == (31,)
        listener.send(f"{PREFIX}/notify", 0)
        listener.settle()


@EACH
def test_zmq_answers_the_name_that_was_asked(running: Running, one: Parameter, name: str) -> None:
    with running.dealer() as end:
        assert end.ask("set", values={name: 11})["values"] == {name: 11}
        for each in one.names:
            assert end.ask("get", names=[each])["values"] == {each: 11}
        found = end.ask("get")["values"]
        assert {each: found[each] for each in one.names} == dict.fromkeys(one.names, 11)
        assert end.ask("set", values={name: -1})["code"] == "bad_value"


@contextmanager
def events(running: Running) -> Iterator[zmq.Socket[bytes]]:
    """A socket that hears the published events of stream 1's values."""
    with zmq.Context() as context, context.socket(zmq.SUB) as ear:
        ear.connect(f"tcp://127.0.0.1:{running.ready.pub_port}")
        ear.subscribe(b"values/1")
        yield ear


@EACH
def test_zmq_publishes_every_name(running: Running, one: Parameter, name: str) -> None:
    with running.dealer() as end, events(running) as ear:
        for value in range(40, 240):  # until the subscription has arrived
            end.ask("set", values={name: value})
            if ear.poll(50):
                values = json.loads(ear.recv_multipart()[2])["values"]
                assert set(values) == set(one.names) and len(set(values.values())) == 1
                return
    raise AssertionError("nothing was published")


@EACH
def test_new_streams_take_either_name(running: Running, one: Parameter, name: str) -> None:
    with running.client() as client, client.stream(44100, 2, values={name: 9}) as stream:
        found = client.get(*one.names, stream=stream.info.stream)
        assert found == dict.fromkeys(one.names, 9)
        field = one.name.removeprefix("refine/")
        assert getattr(stream.info, field) == 9


def separate(end: OscEnd, req: int, song: Path, out: Path, *options: Any) -> np.ndarray:
    """A job over OSC; returns its stem `drums`."""
    end.send(f"{PREFIX}/separate", req, str(song), str(out), *options)
    while (done := end.wait(f"{PREFIX}/done")) != ("separate", req):
        assert done[0] != "separate"
    assert not [call for call in end.calls if call.address.endswith("/fail")]
    audio: np.ndarray = soundfile.read(out / song.stem / "drums.wav")[0]
    return audio


def test_jobs_over_osc_take_every_name_and_flag(running: Running, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 6000))
    spelled = [("steps", "seed"), ("refine/steps", "refine/seed"), ("gibbs", "seed"),
               ("gibbs/steps", "gibbs/seed"), ("gibbs_steps", "gibbs_seed")]  # fmt: skip
    with ExitStack() as stack:
        end = stack.enter_context(running.osc())
        plain = separate(end, 1, song, tmp_path / "plain")
        stems = [
            separate(end, req, song, tmp_path / f"out{req}", steps, "6", seed, 3)
            for req, (steps, seed) in enumerate(spelled, 2)
        ]
    assert not np.array_equal(stems[0], plain)
    for one in stems[1:]:
        assert np.array_equal(one, stems[0])

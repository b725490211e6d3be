"""Answers of the server in words."""

from __future__ import annotations

from daw_bridge.cli.ctl import texts
from daw_bridge.wire.replies import (
    Binding,
    ClientEntry,
    ClientsReply,
    MidiReply,
    ModelEntry,
    ModelsReply,
    StatusReply,
    StreamHealth,
    StreamInfo,
    ValuesReply,
)

INFO = StreamInfo(
    2, "device", "song", ("drums", "residual"), (), 48000, 1, 4800, 1, 1, 0, 0, 0, 0, "", "", "",
)  # fmt: skip


def test_status_has_streams_and_what_went_wrong() -> None:
    health = StreamHealth(2, 48000, 4800, load=0.351, late=3, io_state="running")
    reply = StatusReply("0.1.0", "song", (INFO,), (health,), 1, 2, dropped_replies=4,
                        done_jobs=7, cancelled_jobs=1)  # fmt: skip
    assert texts.status(reply).splitlines() == [
        "daw-bridge 0.1.0, model song: 1 stream, 1 job, 2 OSC clients",
        "stream 2 (device): song, load 35%, late 3, running, latency 4800 samples (100.0 ms), "
        "48000 Hz, 1 channel",
        "  drums, residual",
        "jobs done: 7",
        "jobs cancelled: 1",
        "answers dropped, as clients did not read them: 4",
    ]
    assert "load" not in texts.stream(INFO, None)


def test_values_with_and_without_names() -> None:
    reply = ValuesReply(1, (("bypass", 1), ("residual/to", "")))
    assert texts.values(reply, alone=False) == "bypass       1\nresidual/to"
    assert texts.values(ValuesReply(1, (("bypass", 1),)), alone=True) == "1"


def test_models_that_cannot_be_read_say_why() -> None:
    good, bad = (
        ModelEntry("song", ("drums", "bass"), 44100, 2, "MIT. " * 50),
        ModelEntry("x", problem="y"),
    )
    assert texts.models(ModelsReply((good, bad))).splitlines()[1:] == [
        "song  drums,bass    44100         2  MIT",
        "x: y",
    ]
    assert texts.models(ModelsReply(())) == "no models are installed"


def test_clients_and_hosts() -> None:
    entries = (ClientEntry("a", "127.0.0.1:9", 1.4, True), ClientEntry("b", "", 0.0, False))
    assert texts.clients(ClientsReply(entries)).splitlines()[1:] == [
        "a       127.0.0.1:9                           1",
        "b       (a host that gave the secret)         0",
    ]


def test_midi() -> None:
    assert texts.midi(MidiReply((), "")) == "no controller sets a parameter"
    text = texts.midi(MidiReply((Binding(1, 7, "bypass"),), "stem/drums/gain"))
    assert text.splitlines()[1:] == [
        "      1           7  bypass",
        "the next controller that moves sets stem/drums/gain",
    ]

"""The reference pages of the protocol have every message."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.wire_page import ANSWERS, REQUESTS
from daw_bridge.files.runner import MAX_QUEUE
from daw_bridge.server.inbox import MAX_ALL, MAX_LANE
from daw_bridge.server.session.peers import MAX_CLIENTS
from daw_bridge.server.session.streams import MAX_CHANGES
from daw_bridge.server.session.syncs import MAX_SYNCS
from daw_bridge.server.streams import live, sync
from daw_bridge.wire.osc_requests import COMMANDS
from daw_bridge.wire.replies import AudioReply, ClosedReply, StreamHealth, StreamInfo
from daw_bridge.wire.requests import MAX_BLOCK_SAMPLES
from daw_bridge.wire.zmq_requests import TYPES
from tests.rigs.server import serving
from tests.rigs.wire import replies

TEMPORARY = tempfile.gettempdir()
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
OSC = (REFERENCE / "osc.md").read_text(encoding="utf-8")
ZMQ = (REFERENCE / "zeromq.md").read_text(encoding="utf-8")
TOPICS = {StreamHealth.TYPE, StreamInfo.TYPE, ClosedReply.TYPE, AudioReply.TYPE}


@pytest.mark.parametrize("usage", [usage for usage, _ in COMMANDS.values()])
def test_every_osc_command_is_described(usage: str) -> None:
    assert f"`/dawbridge/{usage}`" in OSC


@pytest.mark.parametrize("kind", TYPES)
def test_every_zmq_request_is_described(kind: str) -> None:
    assert f"`{kind}`" in ZMQ


@pytest.mark.parametrize(("kind", "record"), [*REQUESTS.items(), *ANSWERS.items()], ids=str)
def test_every_field_has_a_row_in_its_section(kind: str, record: object) -> None:
    section = ZMQ.partition(f"\n### `{kind}`\n")[2].partition("\n##")[0]
    record = record[0] if isinstance(record, tuple) else record
    for one in fields(record):  # type: ignore[arg-type]
        assert f"\n| `{one.name}` | " in section


@pytest.mark.parametrize(("kind", "answer"), [(one, it[1]) for one, it in REQUESTS.items()])
def test_answers_are_as_the_page_says(kind: str, answer: str) -> None:
    """Of a real server, where the request is one that it can grant."""
    with serving() as running, running.dealer() as end, running.osc() as osc:
        osc.send("/dawbridge/notify", 1)
        osc.wait("/dawbridge/done")
        if kind not in ("open", "hello"):
            assert end.ask("open", rate_hz=44100, channels=1)["stream"] == 1
        buffers = (bytes(40),) if kind == "audio" else ()
        if kind == "cancel":
            end.ask("separate", 2, **FIELDS["separate"])
        end.send(kind, 7, buffers, **FIELDS.get(kind, {}))
        header, _ = end.receive()
        while header["msg_id"] != 7:
            header, _ = end.receive()
        if kind in ("forget", "cancel") and header["type"] == "fail":
            assert header["code"] in ("bad_value", "unknown_job")  # it has gone already
        else:
            assert header["type"] == answer


@pytest.mark.parametrize(
    ("rate_hz", "hop"), [(44100, 64), (48000, 64), (40000, 64), (96000, 139), (22050, 32)]
)
def test_the_grid_counts_samples_of_the_stream_within_ten_percent(rate_hz: int, hop: int) -> None:
    """Beyond, a hop lasts as long as at the model's rate (64 samples at 44.1 kHz)."""
    with (
        serving() as running,
        running.client() as client,
        client.stream(rate_hz, 1, values={"block/hop": 64}) as stream,
    ):
        assert stream.info.hop_samples == 64
        for _ in range(4):
            stream.process(np.zeros((1, 30_000), np.float32))
        (health,) = running.server._host.measure()
        assert abs(health.windows - 120_000 / hop) < 60


def test_answers_of_a_live_stream_begin_below_zero() -> None:
    block = np.ones((1, 64), np.float32)
    with (
        serving() as running,
        running.client() as client,
        client.stream(44100, 1, mode="live", block_samples=64) as stream,
    ):
        first = stream.process(block)
        assert first.start_sample == -stream.info.latency_samples < 0
        assert not first.audio.any() and stream.process(block).start_sample > first.start_sample


def test_every_limit_is_in_its_table() -> None:
    """With the numbers that a client's author looks for."""
    table = ZMQ.partition("\n## Limits\n")[2]
    for number in (sync.CREDIT, live.CREDIT, MAX_CHANGES, MAX_QUEUE, MAX_SYNCS, MAX_CLIENTS):
        assert f"{number}" in table
    assert f"{MAX_ALL:,}" in table and f"{MAX_LANE}" in table
    assert f"{MAX_BLOCK_SAMPLES:,}" in table


FIELDS: dict[str, dict[str, object]] = {
    "open": {"rate_hz": 44100, "channels": 1},
    "audio": {"seq": 0, "start_sample": 0, "shape": [1, 10]},
    "set": {"values": {"refine/steps": 2}},
    "separate": {"req": 1, "source": f"{TEMPORARY}/no such song.wav", "out_dir": TEMPORARY},
    "generate": {
        "req": 1,
        "out_dir": f"{TEMPORARY}/no such folder",
        "options": {"stems": "no+such"},
    },
    "cancel": {"req": 1},
    "forget": {"client": "osc 127.0.0.1:1"},
    "sync": {"number": 5},
    "dump": {"on": False},
}


@pytest.mark.parametrize("kind", sorted({type(one).TYPE for one in replies()} - TOPICS))
def test_every_zmq_answer_is_described(kind: str) -> None:
    assert f"`{kind}`" in ZMQ

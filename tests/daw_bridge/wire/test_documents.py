"""The reference pages of the protocol have every message."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.wire.osc_requests import COMMANDS
from daw_bridge.wire.replies import AudioReply, ClosedReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_requests import TYPES
from tests.rigs.wire import replies

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


@pytest.mark.parametrize("kind", sorted({type(one).TYPE for one in replies()} - TOPICS))
def test_every_zmq_answer_is_described(kind: str) -> None:
    assert f"`{kind}`" in ZMQ

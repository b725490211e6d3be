"""The protocol's description has every message."""

from __future__ import annotations

import pytest

from daw_bridge.wire.osc_requests import COMMANDS
from daw_bridge.wire.replies import AudioReply, ClosedReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_requests import TYPES
from tests.daw_bridge.readme import README, render
from tests.daw_bridge.wire.samples import replies

TEXT = README.read_text()


def test_tables_are_the_codes() -> None:
    assert render(TEXT) == TEXT, "run python -m tests.daw_bridge.readme"


@pytest.mark.parametrize("usage", [usage for usage, _ in COMMANDS.values()])
def test_every_osc_command_is_described(usage: str) -> None:
    assert f"`/dawbridge/{usage}`" in TEXT


@pytest.mark.parametrize("kind", TYPES)
def test_every_zmq_request_is_described(kind: str) -> None:
    assert f"`{kind}`" in TEXT.split("## ZeroMQ")[1]


@pytest.mark.parametrize("kind", sorted({type(one).TYPE for one in replies()}))
def test_every_zmq_answer_is_described(kind: str) -> None:
    topics = {StreamHealth.TYPE, StreamInfo.TYPE, ClosedReply.TYPE, AudioReply.TYPE}
    assert f"`{kind}`" in TEXT or kind in topics

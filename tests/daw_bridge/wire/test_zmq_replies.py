"""Replies to ZeroMQ headers and back."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.wire import MARK
from daw_bridge.wire.replies import AudioReply, Reply
from daw_bridge.wire.zmq_audio import (
    decode_audio_reply,
)
from daw_bridge.wire.zmq_replies import encode_reply, read_reply
from daw_bridge.wire.zmq_requests import (
    check_frames,
    encode_header,
    read_envelope,
)
from tests.rigs.wire import replies


@pytest.mark.parametrize("reply", replies(), ids=lambda one: type(one).__name__)
def test_replies_survive_the_wire(reply: Reply) -> None:
    frames = encode_reply(reply, 12, "run")
    envelope, fields = read_envelope(check_frames(frames))
    assert (envelope.type, envelope.msg_id) == (reply.TYPE, 12)
    if isinstance(reply, AudioReply):
        found = decode_audio_reply(fields, frames[2:])
        assert np.array_equal(found.audio, reply.audio)
        assert found.__dict__ | {"audio": None} == reply.__dict__ | {"audio": None}
    else:
        assert read_reply(envelope.type, fields) == reply


def test_a_reply_of_a_later_server_is_left_alone() -> None:
    frames = [MARK, encode_header("later.news", 1, "", {"x": 1})]
    envelope, fields = read_envelope(check_frames(frames))
    assert read_reply(envelope.type, fields) is None

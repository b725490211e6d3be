"""ZeroMQ replies: frozen replies -> header JSON, and back for the client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from daw_bridge.wire import MARK
from daw_bridge.wire.records import decode, encode
from daw_bridge.wire.replies import AudioReply, Reply
from daw_bridge.wire.zmq_requests import encode_header

RECORDS: dict[str, type[Reply]] = {one.TYPE: one for one in get_args(Reply)}


def encode_reply(reply: Reply, msg_id: int, session: str) -> list[bytes]:
    """[mark, header, buffers...] of any reply."""
    if isinstance(reply, AudioReply):
        from daw_bridge.wire.zmq_audio import encode_audio_reply  # numpy: for audio alone

        return encode_audio_reply(reply, msg_id, session)
    return [MARK, encode_header(reply.TYPE, msg_id, session, encode(reply))]


def read_reply(kind: str, fields: Mapping[str, object]) -> Reply | None:
    """The reply in a header, for the client; None for a type that only a later server has.

    Unknown fields are ignored, so that an older client understands a newer server. Audio has its
    own function. Raises BadMessage.
    """
    record = RECORDS.get(kind)
    return None if record is None else decode(record, fields, kind, strict=False)

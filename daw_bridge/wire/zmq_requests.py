"""ZeroMQ requests: header JSON -> frozen requests, and back for the client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from daw_bridge.errors import UnknownRequest
from daw_bridge.wire import MARK, PROTOCOL_VERSION
from daw_bridge.wire.records import INT64_MAX, decode, encode, parse_object
from daw_bridge.wire.refusals import bad, shown
from daw_bridge.wire.requests import (
    Cancel,
    Clients,
    Close,
    Dump,
    Flush,
    Forget,
    Generate,
    Get,
    Hello,
    Midi,
    Models,
    Open,
    Quit,
    Request,
    Reset,
    Separate,
    Set,
    Snapshot,
    Status,
    Sync,
    Version,
    command_of,
)

RECORDS: dict[str, type[Request]] = {
    "hello": Hello,
    "open": Open,
    "flush": Flush,
    "reset": Reset,
    "close": Close,
    "set": Set,
    "get": Get,
    "separate": Separate,
    "generate": Generate,
    "cancel": Cancel,
    "status": Status,
    "version": Version,
    "models": Models,
    "clients": Clients,
    "forget": Forget,
    "midi": Midi,
    "snapshot": Snapshot,
    "sync": Sync,
    "dump": Dump,
    "quit": Quit,
}
TYPES = (*RECORDS, "audio")


@dataclass(frozen=True)
class Envelope:
    """What every header has.

    type: what the message is.
    msg_id: the sender's own number for it, which the answer has, too; 0 in what answers nothing.
    session: the server's run, in every message of the server; a request that names another one
        is refused.
    version: the protocol's version.
    """

    type: str
    msg_id: int = 0
    session: str = ""
    version: int = PROTOCOL_VERSION


_ENVELOPE = frozenset(("type", "msg_id", "session", "version"))


def read_envelope(header: Mapping[str, object]) -> tuple[Envelope, dict[str, object]]:
    """The envelope of a header, and its other fields. Raises BadMessage."""
    version = header.get("version", PROTOCOL_VERSION)
    if version != PROTOCOL_VERSION:
        raise bad(f"protocol version {shown(version)}", f"version {PROTOCOL_VERSION}")
    envelope = decode(Envelope, header, "a header", strict=False)
    return envelope, {name: value for name, value in header.items() if name not in _ENVELOPE}


def rough_envelope(header: Mapping[str, object]) -> Envelope:
    """As much of the envelope as is readable, for the answer to a bad message."""
    msg_id, kind = header.get("msg_id"), header.get("type")
    whole = type(msg_id) is int and 0 <= msg_id <= INT64_MAX
    name = kind if isinstance(kind, str) and kind in TYPES else ""
    return Envelope(name, msg_id if whole and isinstance(msg_id, int) else 0)


def read_request(envelope: Envelope, fields: Mapping[str, object]) -> Request:
    """The request in a header. Raises BadMessage, UnknownRequest."""
    record = RECORDS.get(envelope.type)
    if record is None:
        raise UnknownRequest(
            f"a message of type {envelope.type[:60]!r}",
            "one of " + ", ".join(TYPES),
            "See docs/reference/zeromq.md.",
        )
    request: Request = decode(record, fields, envelope.type)
    if isinstance(request, Set) and not request.values:
        raise bad("set without values", 'e.g. "values": {"refine/steps": 4}')
    return request


def check_frames(frames: list[bytes]) -> dict[str, object]:
    """The header of [mark, header, buffers...]. Raises BadMessage."""
    if len(frames) < 2 or frames[0] != MARK:
        first = frames[0][:8] if frames else b""
        raise bad(
            f"{len(frames)} frames beginning with {first!r}",
            f"[{MARK!r}, header, buffers...] from a DEALER socket",
        )
    return parse_object(frames[1])


def encode_request(request: Request, msg_id: int, session: str = "") -> list[bytes]:
    """[mark, header] of a request."""
    return [MARK, encode_header(command_of(request), msg_id, session, encode(request))]


def encode_header(kind: str, msg_id: int, session: str, fields: Mapping[str, object]) -> bytes:
    """One header as JSON."""
    head = {"type": kind, "msg_id": msg_id, "version": PROTOCOL_VERSION, "session": session}
    return json.dumps(head | dict(fields), separators=(",", ":")).encode()

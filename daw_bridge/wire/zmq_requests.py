"""ZeroMQ requests: header JSON -> frozen requests, and back for the client."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass

from daw_bridge.errors import UnknownRequest
from daw_bridge.wire import DEFAULT_STREAM, MARK, PROTOCOL_VERSION
from daw_bridge.wire.fields import INT64_MAX, Fields, bad, parse_object
from daw_bridge.wire.requests import (
    MODES,
    PRESETS,
    Cancel,
    Close,
    Dump,
    Flush,
    Get,
    Hello,
    Models,
    Open,
    Quit,
    Request,
    Reset,
    Separate,
    Set,
    Status,
    Sync,
    Version,
    command_of,
)
from engines.settings import MAX_RATE_HZ

MAX_STREAM = 2**31 - 1
MAX_BLOCK_SAMPLES = 2**20
MAX_REQ = 2**31 - 1


@dataclass(frozen=True)
class Envelope:
    """What every header has: the message's type, the sender's number for it, the session."""

    type: str = ""
    msg_id: int = 0
    session: str = ""


def _stream(fields: Fields) -> int:
    return fields.integer("stream", 1, MAX_STREAM, DEFAULT_STREAM)


def _open(fields: Fields) -> Request:
    return Open(
        rate_hz=fields.integer("rate_hz", 1, MAX_RATE_HZ),
        channels=fields.integer("channels", 1, 65536),
        mode=fields.text("mode", "sync", MODES),
        preset=fields.text("preset", "live", PRESETS),
        known=fields.texts("known", ()),
        block_samples=fields.integer("block_samples", 0, MAX_BLOCK_SAMPLES, 0),
        values=fields.values("values"),
    )


def _set(fields: Fields) -> Request:
    values = fields.values("values")
    if not values:
        raise bad("set without values", 'e.g. "values": {"refine/steps": 4}')
    return Set(values, _stream(fields))


def _separate(fields: Fields) -> Request:
    return Separate(
        req=fields.integer("req", 0, MAX_REQ),
        source=fields.text("source"),
        out_dir=fields.text("out_dir"),
        options=fields.values("options"),
    )


_READERS: dict[str, Callable[[Fields], Request]] = {
    "hello": lambda fields: Hello(),
    "open": _open,
    "flush": lambda fields: Flush(_stream(fields)),
    "reset": lambda fields: Reset(_stream(fields)),
    "close": lambda fields: Close(_stream(fields)),
    "set": _set,
    "get": lambda fields: Get(fields.texts("names", ()), _stream(fields)),
    "separate": _separate,
    "cancel": lambda fields: Cancel(fields.integer("req", 0, MAX_REQ)),
    "status": lambda fields: Status(),
    "version": lambda fields: Version(),
    "models": lambda fields: Models(),
    "sync": lambda fields: Sync(fields.integer("number", 0, MAX_REQ)),
    "dump": lambda fields: Dump(fields.flag("on")),
    "quit": lambda fields: Quit(),
}
TYPES = (*_READERS, "audio")


def read_envelope(header: dict[str, object]) -> tuple[Envelope, Fields]:
    """The envelope of a header, and its other fields. Raises BadMessage."""
    fields = Fields(header, "a header")
    version = fields.integer("version", 0, INT64_MAX, PROTOCOL_VERSION)
    if version != PROTOCOL_VERSION:
        raise bad(f"protocol version {version}", f"version {PROTOCOL_VERSION}")
    kind = fields.text("type")
    msg_id = fields.integer("msg_id", 0, INT64_MAX, 0)
    session = fields.text("session", "")
    rest = {name: value for name, value in header.items() if name not in _ENVELOPE}
    return Envelope(kind, msg_id, session), Fields(rest, kind)


_ENVELOPE = ("version", "type", "msg_id", "session")


def rough_envelope(header: dict[str, object]) -> Envelope:
    """What of the envelope can be read, for the answer to a bad message."""
    msg_id, kind = header.get("msg_id"), header.get("type")
    whole = type(msg_id) is int and 0 <= msg_id <= INT64_MAX
    name = kind if isinstance(kind, str) and kind in TYPES else ""
    return Envelope(name, msg_id if whole and isinstance(msg_id, int) else 0)


def read_request(envelope: Envelope, fields: Fields) -> Request:
    """The request in a header. Raises BadMessage, UnknownRequest."""
    reader = _READERS.get(envelope.type)
    if reader is None:
        raise UnknownRequest(
            f"a message of type {envelope.type[:60]!r}",
            "one of " + ", ".join(TYPES),
            "See docs/reference/zeromq.md.",
        )
    request = reader(fields)
    fields.finish()
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
    fields = {field.name: getattr(request, field.name) for field in dataclasses.fields(request)}
    for name in ("values", "options"):
        if name in fields:
            fields[name] = dict(fields[name])
    return [MARK, encode_header(command_of(request), msg_id, session, fields)]


def encode_header(kind: str, msg_id: int, session: str, fields: dict[str, object]) -> bytes:
    """One header as JSON."""
    head = {"type": kind, "msg_id": msg_id, "version": PROTOCOL_VERSION, "session": session}
    return json.dumps(head | fields, separators=(",", ":")).encode()

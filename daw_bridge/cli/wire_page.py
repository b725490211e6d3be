"""The tables of docs/reference/zeromq.md: every message with every field, and every limit.

They are made from the records of daw_bridge/wire and from the constants of the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from daw_bridge.cli.tables import markdown
from daw_bridge.server.sockets.topics import KINDS
from daw_bridge.wire.described import FieldText, described, summary
from daw_bridge.wire.replies import AudioReply, Reply
from daw_bridge.wire.zmq_audio import BlockHeader, ReplyHeader
from daw_bridge.wire.zmq_requests import RECORDS, Envelope

REQUESTS: dict[str, tuple[type, str]] = {
    **{kind: (record, record.ANSWER) for kind, record in RECORDS.items()},
    "audio": (BlockHeader, AudioReply.TYPE),
}
"""A request's type -> its record, and the type of its answer."""

ANSWERS: dict[str, type] = {one.TYPE: one for one in get_args(Reply)} | {
    AudioReply.TYPE: ReplyHeader
}
"""An answer's type -> its record."""


def messages() -> str:
    """Every message of ZeroMQ, as Markdown."""
    parts = ["## Every header", summary(Envelope), _table(described(Envelope))]
    parts += ["## Every request", _overview()]
    for kind, (record, answer) in REQUESTS.items():
        parts += [f"### `{kind}`", f"{summary(record)} Answer: {_link(answer)}."]
        parts += _fields(record)
    parts += ["## Every answer and message"]
    for kind, record in ANSWERS.items():
        parts += [f"### `{kind}`", summary(record), *_fields(record, asked=False)]
    parts += ["## Topics on PUB", _topics()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _overview() -> str:
    rows = [
        (_link(kind), ", ".join(f"`{one.name}`" for one in described(record)), _link(answer))
        for kind, (record, answer) in REQUESTS.items()
    ]
    return markdown(("request", "fields", "answer"), rows)


def _fields(record: type, asked: bool = True) -> list[str]:
    """The table of its fields, and one of each record in it that is no message itself."""
    fields = described(record)
    parts = [_table(fields, asked)] if fields else []
    for one in fields:
        if one.record is not None and not _type(one.record):
            each = "Each of" if one.kind.startswith("list") else "In"
            parts += [f"{each} `{one.name}`:", _table(described(one.record), asked=False)]
    return parts


def _table(fields: Iterable[FieldText], asked: bool = True) -> str:
    if asked:
        rows = [(f"`{one.name}`", _kind(one), _default(one), _text(one)) for one in fields]
        return markdown(("field", "type", "default", "what it is"), rows)
    short = [(f"`{one.name}`", _kind(one), _text(one)) for one in fields]
    return markdown(("field", "type", "what it is"), short)


def _kind(one: FieldText) -> str:
    return f"{one.kind}, {one.unit}" if one.unit else one.kind


def _default(one: FieldText) -> str:
    return "must be there" if one.default is None else f"`{one.default}`"


def _text(one: FieldText) -> str:
    kind = _type(one.record)
    text = one.text[:1].upper() + one.text[1:]
    return f"{text} Fields: {_link(kind)}." if kind else text


def _type(record: type | None) -> str:
    """The type of the message that a record is; "" for a part of one."""
    return str(getattr(record, "TYPE", ""))


def _link(kind: str) -> str:
    return f"[`{kind}`](#{kind.replace('.', '')})"


def _topics() -> str:
    rows = [(f"`{topic}/<stream>`", _link(_type(record))) for record, topic in KINDS.items()]
    return markdown(("topic", "message"), rows)

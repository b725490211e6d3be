"""Frozen replies -> OSC messages. One function per kind of reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from daw_bridge.settings.parameters import PREFIX, Value
from daw_bridge.wire.osc_packets import build_message
from daw_bridge.wire.replies import (
    ClientsReply,
    ClosedReply,
    DoneReply,
    FailReply,
    GenerateReply,
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobReply,
    JobStem,
    MidiReply,
    ModelsReply,
    Reply,
    ResetReply,
    SnapshotReply,
    StatusReply,
    StreamHealth,
    StreamInfo,
    SyncedReply,
    ValuesReply,
    VersionReply,
)

Message = tuple[str, tuple[Value, ...]]
ANSWERS = frozenset(f"{PREFIX}/{name}" for name in ("fail", "done"))
"""Addresses of answers. They are never answered: two servers would not stop."""


def at(stream: int, name: str) -> str:
    """The address of `name` in a stream; stream 1 is also the plain address."""
    middle = "" if stream in (0, 1) else f"/stream/{stream}"
    return f"{PREFIX}{middle}/{name}"


def _status(reply: StatusReply) -> list[Message]:
    load = max((one.load for one in reply.health), default=0.0)
    late = sum(one.late for one in reply.health)
    counts = (len(reply.streams), reply.jobs, reply.clients)
    version, model = reply.server_version, reply.model
    return [(f"{PREFIX}/status.reply", (version, model, *counts, float(load), late))]


def _info(reply: StreamInfo) -> list[Message]:
    stream = reply.stream
    return [
        (at(stream, "outputs"), reply.outputs),
        (at(stream, "provider"), (reply.provider, reply.provider_note)),
        (at(stream, "latency"), (reply.latency_samples, reply.latency_ms)),
        (at(stream, "pinned"), reply.pinned),
    ]


def _health(reply: StreamHealth) -> list[Message]:
    stream = reply.stream
    levels: list[Message] = [
        (at(stream, f"meter/{one.name}"), (one.peak_db, one.rms_db)) for one in reply.levels
    ]
    state: list[Message] = [(at(stream, "io"), (reply.io_state,))] if reply.io_state else []
    counts: list[Message] = [
        (at(stream, "load"), (reply.load,)),
        (at(stream, "late"), (reply.late,)),
    ]
    if reply.discontinuities:
        what = (reply.discontinuities, reply.shortfall_samples, reply.excess_samples)
        counts.append((at(stream, "discontinuity"), what))
    if reply.engine:
        told = (reply.engine_missed, reply.engine_failures, reply.engine_openings)
        counts.append((at(stream, "engine"), (reply.engine, *told, reply.engine_call_us / 1000)))
    return [*levels, *counts, *state]


def _models(reply: ModelsReply) -> list[Message]:
    rows: list[Message] = [
        (
            f"{PREFIX}/models.reply",
            (one.name, ",".join(one.stems), one.rate_hz, one.channels, one.problem),
        )
        for one in reply.models
    ]
    return [*rows, (f"{PREFIX}/done", ("models", 0))]


def _clients(reply: ClientsReply) -> list[Message]:
    rows: list[Message] = [
        (
            f"{PREFIX}/clients.reply",
            (one.client, one.listens_at, float(one.silent_s), int(one.registered)),
        )
        for one in reply.clients
    ]
    return [*rows, (f"{PREFIX}/done", ("clients", 0))]


def _midi(reply: MidiReply) -> list[Message]:
    rows: list[Message] = [
        (f"{PREFIX}/midi.reply", (one.channel, one.controller, one.address))
        for one in reply.bindings
    ]
    return [*rows, (f"{PREFIX}/midi/learning", (reply.learning,)), (f"{PREFIX}/done", ("midi", 0))]


def _snapshot(reply: SnapshotReply) -> list[Message]:
    what = "snapshot.reply" if reply.action == "list" else "snapshot/left_out"
    rows: list[Message] = [(f"{PREFIX}/{what}", (name,)) for name in reply.names]
    return [*rows, (f"{PREFIX}/done", (f"snapshot/{reply.action}", 0))]


def _stem(reply: JobStem) -> list[Message]:
    return [(f"{PREFIX}/job/stem", (reply.req, reply.name, reply.path, reply.k, reply.n))]


def _progress(reply: JobProgress) -> list[Message]:
    what = (reply.req, float(reply.fraction), reply.stage, float(reply.eta_s))
    return [(f"{PREFIX}/job/progress", what)]


FAIL = f"{PREFIX}/fail"


def _failed(reply: FailReply) -> list[Message]:
    """With the address that was sent; of a stream's own fault, the stream's."""
    command, stream = reply.command, dict(reply.details).get("stream")
    if command == "stream" and stream is not None:
        command = f"{PREFIX}/stream/{stream}"
    elif command and not command.startswith("/"):
        command = f"{PREFIX}/{command}"
    return [(FAIL, (command, reply.req, reply.code, reply.message))]


def fail_within(reply: FailReply, most_bytes: int) -> list[bytes]:
    """The error as a datagram of at most so many bytes: with its text, without, or empty.

    No datagram where not even the empty message fits.
    """
    whole = _failed(reply)[0][1]
    forms = (whole, ("", reply.req, reply.code, ""), ())
    built = (build_message(FAIL, one) for one in forms)
    return [one for one in built if len(one) <= most_bytes][:1]


_WRITERS: dict[type, Callable[[Any], list[Message]]] = {
    StatusReply: _status,
    StreamInfo: _info,
    StreamHealth: _health,
    ModelsReply: _models,
    ClientsReply: _clients,
    MidiReply: _midi,
    SnapshotReply: _snapshot,
    VersionReply: lambda r: [(f"{PREFIX}/version.reply", (r.server_version, r.protocol))],
    SyncedReply: lambda r: [(f"{PREFIX}/synced", (r.number, int(r.registered)))],
    ValuesReply: lambda r: [(at(r.stream, name), (value,)) for name, value in r.values],
    ResetReply: lambda r: [(f"{PREFIX}/done", ("reset", 0))],
    ClosedReply: lambda r: [(at(r.stream, "closed"), (r.reason,))],
    DoneReply: lambda r: [(f"{PREFIX}/done", (r.command, r.req))],
    FailReply: _failed,
    JobReply: lambda r: _progress(JobProgress(r.req, 0.0, "queued", -1.0)),
    GenerateReply: lambda r: _progress(JobProgress(r.req, 0.0, "queued", -1.0)),
    JobProgress: _progress,
    JobNotice: lambda r: [(f"{PREFIX}/job/notice", (r.req, r.code, r.message))],
    JobStem: _stem,
    JobDone: lambda r: [(f"{PREFIX}/done", (r.command, r.req))],
    JobFail: lambda r: _failed(FailReply(r.command, r.code, r.message, r.req)),
}


def messages(reply: Reply) -> list[Message]:
    """The messages of a reply; none for replies that only ZeroMQ has (audio, heartbeats)."""
    writer = _WRITERS.get(type(reply))
    return [] if writer is None else writer(reply)


def encode_reply(reply: Reply) -> list[bytes]:
    """The datagrams of a reply."""
    return [build_message(*one) for one in messages(reply)]

"""Answers of the server in words."""

from __future__ import annotations

from daw_bridge.cli.ctl.lines import plain
from daw_bridge.cli.tables import table
from daw_bridge.files.licences import use
from daw_bridge.wire.replies import (
    ClientsReply,
    MidiReply,
    ModelsReply,
    StatusReply,
    StreamHealth,
    StreamInfo,
    ValuesReply,
)


def server(reply: StatusReply) -> str:
    """The server's line."""
    open_now = len(reply.streams)
    counts = [
        f"{open_now} {'stream' if open_now == 1 else 'streams'}",
        f"{reply.jobs} {'job' if reply.jobs == 1 else 'jobs'}",
        f"{reply.clients} OSC {'client' if reply.clients == 1 else 'clients'}",
    ]
    return f"daw-bridge {reply.server_version}, model {reply.model}: {', '.join(counts)}"


def status(reply: StatusReply) -> str:
    """The server's line, and two for each stream."""
    lines = [server(reply)]
    health = {one.stream: one for one in reply.health}
    for one in reply.streams:
        lines += [stream(one, health.get(one.stream)), f"  {', '.join(one.outputs)}"]
    lines += [f"{words}: {count}" for words, count in _ended(reply) + _faults(reply) if count]
    return "\n".join(lines)


def _ended(reply: StatusReply) -> list[tuple[str, int]]:
    return [
        ("jobs done", reply.done_jobs),
        ("jobs failed", reply.failed_jobs),
        ("jobs cancelled", reply.cancelled_jobs),
    ]


def _faults(reply: StatusReply) -> list[tuple[str, int]]:
    return [
        ("answers dropped, as clients did not read them", reply.dropped_replies),
        ("requests refused, as too many waited", reply.refused_requests),
        ("defects that the server outlived (see its log)", reply.internal_errors),
    ]


def stream(info: StreamInfo, health: StreamHealth | None) -> str:
    """What a stream is and how it does, in one line."""
    parts = [f"stream {info.stream} ({info.mode}): {info.model}"]
    if health is not None:
        parts += [f"load {health.load:.0%}", f"late {health.late}"]
        parts += [health.io_state] if health.io_state else []
        parts += [f"engine {health.engine}"] if health.engine else []
    channels = "channel" if info.channels == 1 else "channels"
    parts += [
        f"latency {info.latency_samples} samples ({info.latency_ms:.1f} ms)",
        f"{info.rate_hz} Hz, {info.channels} {channels}",
    ]
    return ", ".join(parts)


def values(reply: ValuesReply, alone: bool) -> str:
    """`name value`, a line each; the value without its name where there is one `alone`."""
    if alone:
        return plain(reply.values[0][1])
    width = max((len(name) for name, _ in reply.values), default=0)
    return "\n".join(f"{name:{width}}  {plain(value)}".rstrip() for name, value in reply.values)


def models(reply: ModelsReply) -> str:
    """A table; what cannot be read says why."""
    good = [one for one in reply.models if not one.problem]
    rows = [
        (one.name, ",".join(one.stems), one.rate_hz, one.channels, use(one.licence)) for one in good
    ]
    header = ("name", "stems", "rate_hz", "channels", "licence")
    lines = [table(header, rows)] if rows else ["no models are installed"]
    lines += [f"{one.name}: {one.problem}" for one in reply.models if one.problem]
    return "\n".join(lines)


def clients(reply: ClientsReply) -> str:
    """A table."""
    if not reply.clients:
        return "nobody is registered for news"
    rows = [
        (one.client, one.listens_at or "(a host that gave the secret)", round(one.silent_s))
        for one in reply.clients
    ]
    return table(("client", "listens at", "silent_s"), rows)


def midi(reply: MidiReply) -> str:
    """A table, and what is being learnt."""
    rows = [(one.channel, one.controller, one.address) for one in reply.bindings]
    lines = [table(("channel", "controller", "parameter"), rows)] if rows else []
    if reply.learning:
        lines.append(f"the next controller that moves sets {reply.learning}")
    return "\n".join(lines) or "no controller sets a parameter"

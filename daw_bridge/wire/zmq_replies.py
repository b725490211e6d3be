"""ZeroMQ replies: frozen replies -> header JSON, and back for the client."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from daw_bridge.wire import MARK
from daw_bridge.wire.fields import INT64_MAX, Fields
from daw_bridge.wire.replies import (
    AudioReply,
    ClosedReply,
    DoneReply,
    FailReply,
    Heartbeat,
    HelloReply,
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobReply,
    JobStem,
    Level,
    Limits,
    ModelEntry,
    ModelsReply,
    Reply,
    ResetReply,
    StatusReply,
    StreamHealth,
    StreamInfo,
    SyncedReply,
    ValuesReply,
    VersionReply,
)
from daw_bridge.wire.zmq_audio import encode_audio_reply
from daw_bridge.wire.zmq_requests import encode_header


def encode_reply(reply: Reply, msg_id: int, session: str) -> list[bytes]:
    """[mark, header, buffers...] of any reply."""
    if isinstance(reply, AudioReply):
        return encode_audio_reply(reply, msg_id, session)
    fields = dataclasses.asdict(reply)
    if isinstance(reply, ValuesReply):
        fields["values"] = dict(reply.values)
    if isinstance(reply, FailReply):
        fields["details"] = dict(reply.details)
    return [MARK, encode_header(reply.TYPE, msg_id, session, fields)]


def _info(fields: Fields) -> StreamInfo:
    return StreamInfo(
        stream=fields.integer("stream"),
        mode=fields.text("mode"),
        model=fields.text("model"),
        outputs=fields.texts("outputs"),
        known=fields.texts("known"),
        rate_hz=fields.integer("rate_hz", 1),
        channels=fields.integer("channels", 1),
        latency_samples=fields.integer("latency_samples"),
        window_samples=fields.integer("window_samples"),
        hop_samples=fields.integer("hop_samples"),
        lookahead_samples=fields.integer("lookahead_samples"),
        crossfade_samples=fields.integer("crossfade_samples"),
        steps=fields.integer("steps"),
        seed=fields.integer("seed"),
        residual_to=fields.text("residual_to"),
        provider=fields.text("provider"),
        provider_note=fields.text("provider_note"),
        credit=fields.integer("credit"),
        folded=fields.texts("folded"),
        silent=fields.texts("silent"),
    )


def _health(fields: Fields) -> StreamHealth:
    levels = tuple(
        Level(one.text("name"), one.number("peak_db"), one.number("rms_db"))
        for one in fields.objects("levels")
    )
    counts = ("late", "windows", "skipped_windows", "xruns", "nonfinite_samples",
              "nonfinite_windows", "failures", "blocks", "late_samples",
              "discarded_samples", "discontinuities", "shortfall_samples", "excess_samples",
              "refused_packets", "dropped_packets")  # fmt: skip
    return StreamHealth(
        fields.integer("stream"),
        fields.integer("rate_hz"),
        fields.integer("latency_samples"),
        levels,
        fields.number("load"),
        **{name: fields.integer(name) for name in counts},
        callback_p999_us=fields.number("callback_p999_us"),
        callback_max_us=fields.number("callback_max_us"),
        cycle_p999_us=fields.number("cycle_p999_us"),
        cycle_max_us=fields.number("cycle_max_us"),
        io_state=fields.text("io_state"),
    )


def _hello(fields: Fields) -> HelloReply:
    limits = fields.record("limits")
    names = [field.name for field in dataclasses.fields(Limits)]
    return HelloReply(
        fields.text("server"),
        fields.text("server_version"),
        fields.text("model"),
        Limits(**{name: limits.integer(name) for name in names}),
    )


def _status(fields: Fields) -> StatusReply:
    return StatusReply(
        fields.text("server_version"),
        fields.text("model"),
        tuple(_info(one) for one in fields.objects("streams")),
        tuple(_health(one) for one in fields.objects("health")),
        fields.integer("jobs"),
        fields.integer("clients"),
        fields.integer("dropped_replies"),
    )


def _model(fields: Fields) -> ModelEntry:
    return ModelEntry(
        fields.text("name"),
        fields.texts("stems"),
        fields.integer("rate_hz"),
        fields.integer("channels"),
        fields.text("licence"),
        fields.flag("conditional"),
        fields.text("problem"),
    )


def _fail(fields: Fields) -> FailReply:
    command, code, message = (fields.text(name) for name in ("command", "code", "message"))
    details = tuple((key, int(value)) for key, value in fields.values("details"))
    return FailReply(command, code, message, fields.integer("req", 0, INT64_MAX, 0), details)


def _progress(fields: Fields) -> JobProgress:
    req, fraction = fields.integer("req"), fields.number("fraction")
    return JobProgress(req, fraction, fields.text("stage"), fields.number("eta_s"))


def _stem(fields: Fields) -> JobStem:
    req, name, path = fields.integer("req"), fields.text("name"), fields.text("path")
    return JobStem(req, name, path, fields.integer("k"), fields.integer("n"))


_READERS: dict[str, Callable[[Fields], Reply]] = {
    HelloReply.TYPE: _hello,
    StreamInfo.TYPE: _info,
    ResetReply.TYPE: lambda f: ResetReply(f.integer("stream")),
    ClosedReply.TYPE: lambda f: ClosedReply(f.integer("stream"), f.text("reason")),
    ValuesReply.TYPE: lambda f: ValuesReply(f.integer("stream"), f.values("values")),
    DoneReply.TYPE: lambda f: DoneReply(f.text("command"), f.integer("req")),
    FailReply.TYPE: _fail,
    JobReply.TYPE: lambda f: JobReply(f.integer("req"), f.integer("job")),
    JobProgress.TYPE: _progress,
    JobNotice.TYPE: lambda f: JobNotice(f.integer("req"), f.text("code"), f.text("message")),
    JobStem.TYPE: _stem,
    JobDone.TYPE: lambda f: JobDone(f.integer("req")),
    JobFail.TYPE: lambda f: JobFail(f.integer("req"), f.text("code"), f.text("message")),
    StreamHealth.TYPE: _health,
    StatusReply.TYPE: _status,
    VersionReply.TYPE: lambda f: VersionReply(f.text("server_version"), f.integer("protocol")),
    ModelsReply.TYPE: lambda f: ModelsReply(tuple(_model(one) for one in f.objects("models"))),
    SyncedReply.TYPE: lambda f: SyncedReply(f.integer("number")),
    Heartbeat.TYPE: lambda f: Heartbeat(),
}


def read_reply(kind: str, fields: Fields) -> Reply | None:
    """The reply in a header, for the client; None where a later server has a type unknown here.

    Unknown fields are left alone, so that an older client understands a newer server. Audio has
    its own function. Raises BadMessage.
    """
    reader = _READERS.get(kind)
    return None if reader is None else reader(fields)

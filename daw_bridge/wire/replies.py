"""What the server sends: answers and news. Frozen.

`TYPE` is the message's name over ZeroMQ, and its fields are the header's; over OSC each class has
a row in osc_replies.py. Each docstring has a line for each field: docs/reference/zeromq.md is made
from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from daw_bridge.errors import OurError, describe
from daw_bridge.settings.values import Values
from daw_bridge.wire.health import Level as Level
from daw_bridge.wire.health import StreamHealth as StreamHealth
from daw_bridge.wire.job_replies import GenerateReply as GenerateReply
from daw_bridge.wire.job_replies import JobDone as JobDone
from daw_bridge.wire.job_replies import JobFail as JobFail
from daw_bridge.wire.job_replies import JobNotice as JobNotice
from daw_bridge.wire.job_replies import JobProgress as JobProgress
from daw_bridge.wire.job_replies import JobReply as JobReply
from daw_bridge.wire.job_replies import JobStem as JobStem
from daw_bridge.wire.kept_replies import Binding as Binding
from daw_bridge.wire.kept_replies import MidiReply as MidiReply
from daw_bridge.wire.kept_replies import SnapshotReply as SnapshotReply
from daw_bridge.wire.records import INT64_MAX, Between

if TYPE_CHECKING:
    from engines.types import Audio
else:  # a client without audio needs no numpy, and starts sooner
    Audio = object

Details = tuple[tuple[str, Annotated[int, Between(-INT64_MAX, INT64_MAX)]], ...]
_AtLeastOne = Annotated[int, Between(1, INT64_MAX)]


@dataclass(frozen=True)
class Limits:
    """The server's limits.

    max_message_bytes: most bytes of one message, all frames together.
    max_channels: most channels of a stream.
    max_block_samples: most samples of a block, per channel.
    max_streams: most streams open at once.
    """

    max_message_bytes: int
    max_channels: int
    max_block_samples: int
    max_streams: int


@dataclass(frozen=True)
class HelloReply:
    """Who the server is.

    server: `daw-bridge`.
    server_version: the program's version.
    model: the model that new streams get.
    limits: what it takes at most.
    pub_port: the port of its PUB socket, at the same address; 0: an older server does not say.
    """

    TYPE: ClassVar[str] = "hello.reply"
    server: str
    server_version: str
    model: str
    limits: Limits
    pub_port: int = 0


@dataclass(frozen=True)
class StreamInfo:
    """An open stream, as it is now.

    stream: its number.
    mode: `sync`, `live`, or `device` for the stream of an audio port.
    model: the model's name.
    outputs: names of the outputs, in the order of an answer's buffers; the last is `residual`,
        unless `residual_to` names a stem.
    known: stems that come with every block, in the order of their buffers.
    rate_hz: sample rate of the stream.
    channels: channels of the mix and of every output.
    latency_samples: how late the outputs are, at the stream's rate, in mode `live` with the time
        for computing.
    window_samples: samples that the model sees at once, at the model's rate.
    hop_samples: new samples per window, at the model's rate.
    lookahead_samples: future samples that a window waits for, at the model's rate.
    crossfade_samples: overlap of two windows' results, at the model's rate.
    steps: refinement steps per window; 0: as many as the deadline allows.
    seed: seed of the refinement's random draws.
    residual_to: the stem that the residual is added to; empty: it is an output of its own.
    provider: what onnxruntime runs the model with.
    provider_note: why it does.
    credit: most blocks that the client may have sent without having the answers.
    folded: after a change of model, its stems that have no output: they are in the residual.
    silent: after a change of model, outputs that it has no stem for.
    pinned: which of block/hop, block/window, block/lookahead and residual/to were asked for; the
        others are the preset's or the model's.
    """

    TYPE: ClassVar[str] = "open.reply"
    stream: int
    mode: str
    model: str
    outputs: tuple[str, ...]
    known: tuple[str, ...]
    rate_hz: _AtLeastOne
    channels: _AtLeastOne
    latency_samples: int
    window_samples: int
    hop_samples: int
    lookahead_samples: int
    crossfade_samples: int
    steps: int
    seed: int
    residual_to: str
    provider: str
    provider_note: str
    credit: int = 0
    folded: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()

    @property
    def latency_ms(self) -> float:
        """The declared latency in milliseconds."""
        return 1000.0 * self.latency_samples / self.rate_hz


@dataclass(frozen=True)
class AudioReply:
    """Stems (outputs, channels, n) float32: the answer to a block, or to a flush.

    stream: the stream's number.
    seq: that of the block which this answers.
    start_sample: input position of the first sample; below 0 at the beginning of a live stream.
    rate_hz: sample rate of the stream.
    latency_samples: how late the outputs are.
    outputs: names of the outputs, in the order of the buffers.
    audio: one buffer per output.
    final: whether this answers a flush: nothing is left.
    late_samples: of a live stream, how many of the block's samples came too late to be separated;
        the mix is on the residual in their place.
    """

    TYPE: ClassVar[str] = "audio.reply"
    stream: int
    seq: int
    start_sample: int
    rate_hz: int
    latency_samples: int
    outputs: tuple[str, ...]
    audio: Audio
    final: bool = False
    late_samples: int = 0


@dataclass(frozen=True)
class ResetReply:
    """The stream has started over: the next block has seq 0.

    stream: the stream's number.
    """

    TYPE: ClassVar[str] = "reset.reply"
    stream: int


@dataclass(frozen=True)
class ClosedReply:
    """The stream has ended.

    stream: its number.
    reason: `close`, or why else it ended.
    """

    TYPE: ClassVar[str] = "close.reply"
    stream: int
    reason: str = "close"


@dataclass(frozen=True)
class ValuesReply:
    """Current values of parameters.

    stream: the stream's number; 0: the defaults of new streams.
    values: values by parameter.
    """

    TYPE: ClassVar[str] = "values"
    stream: int
    values: Values


@dataclass(frozen=True)
class DoneReply:
    """A request that takes a while, or has no other answer, is done.

    command: the request's type.
    req: the job's number, where it is about one.
    """

    TYPE: ClassVar[str] = "done"
    command: str
    req: int = 0


@dataclass(frozen=True)
class FailReply:
    """An error.

    command: the request's type; `stream` for a fault that answers none; empty where the message
        was not readable so far.
    code: one of the error codes.
    message: what was seen, what was expected, what to do.
    req: a job's number, or 0.
    details: of audio `stream`, `seq` and, where it is known, `expected_seq`; of a fault `stream`.
    """

    TYPE: ClassVar[str] = "fail"
    command: str
    code: str
    message: str
    req: int = 0
    details: Details = ()


@dataclass(frozen=True)
class StatusReply:
    """What is running.

    server_version: the program's version.
    model: the model that new streams get.
    streams: the open streams, each as in `open.reply`.
    health: how each of them does, as in `meters`.
    jobs: jobs that wait or run.
    clients: clients that are registered for news over OSC.
    dropped_replies: replies lost because a peer did not read them, and answers `busy` beyond the
        limit over OSC.
    internal_errors: defects that the server met and outlived; see its log.
    refused_requests: answered with `busy` because too many waited.
    superseded_requests: `set`s that a later one of the same values made idle as they waited.
    timed_requests: OSC messages that wait for the time of their bundle.
    late_requests: OSC messages whose time had passed when they came; they were done at once.
    done_jobs: jobs whose files are all in place.
    failed_jobs: jobs that began, or waited, and ended without files.
    cancelled_jobs: jobs that somebody stopped.
    """

    TYPE: ClassVar[str] = "status.reply"
    server_version: str
    model: str
    streams: tuple[StreamInfo, ...]
    health: tuple[StreamHealth, ...]
    jobs: int
    clients: int
    dropped_replies: int = 0
    internal_errors: int = 0
    refused_requests: int = 0
    superseded_requests: int = 0
    timed_requests: int = 0
    late_requests: int = 0
    done_jobs: int = 0
    failed_jobs: int = 0
    cancelled_jobs: int = 0


@dataclass(frozen=True)
class VersionReply:
    """Program and protocol version.

    server_version: the program's version.
    protocol: the protocol's version, as in `version` of every header.
    """

    TYPE: ClassVar[str] = "version.reply"
    server_version: str
    protocol: int


@dataclass(frozen=True)
class ModelEntry:
    """An installed model.

    name: the name to give as `model`.
    stems: its stems, in its order.
    rate_hz: sample rate that it was trained at.
    channels: channels that it was trained with.
    licence: the licence of its weights, or of those of a model that it needs if that allows less.
    conditional: whether known stems help it with the others.
    problem: why it cannot be read; empty if it can.
    tags: of a model that is asked for tags, all that it knows.
    """

    name: str
    stems: tuple[str, ...] = ()
    rate_hz: int = 0
    channels: int = 0
    licence: str = ""
    conditional: bool = False
    problem: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelsReply:
    """The installed models.

    models: all of them, by name.
    """

    TYPE: ClassVar[str] = "models.reply"
    models: tuple[ModelEntry, ...]


@dataclass(frozen=True)
class ClientEntry:
    """A client that gets news, or a host that has given the secret.

    client: its name, which `forget` takes.
    listens_at: where its news go; empty for a host.
    silent_s: time since its last message.
    registered: whether it gets news; false for a host.
    """

    client: str
    listens_at: str
    silent_s: float
    registered: bool


@dataclass(frozen=True)
class ClientsReply:
    """Who is registered for news, and which hosts have given the secret.

    clients: both.
    """

    TYPE: ClassVar[str] = "clients.reply"
    clients: tuple[ClientEntry, ...]


@dataclass(frozen=True)
class SyncedReply:
    """Everything requested before sync `number` is done.

    number: that of the sync.
    registered: whether the asker is told news (over OSC); a server that was started anew knows
        nobody.
    """

    TYPE: ClassVar[str] = "sync.reply"
    number: int
    registered: bool = False


@dataclass(frozen=True)
class Heartbeat:
    """Sent at intervals to peers with open streams, to notice when one has gone."""

    TYPE: ClassVar[str] = "heartbeat"


Reply = (
    HelloReply | StreamInfo | AudioReply | ResetReply | ClosedReply | ValuesReply | DoneReply
    | FailReply | JobReply | GenerateReply | JobProgress | JobNotice | JobStem | JobDone | JobFail
    | StreamHealth | StatusReply | VersionReply | ModelsReply | ClientsReply | MidiReply
    | SnapshotReply | SyncedReply | Heartbeat
)  # fmt: skip


def fail(command: str, error: OurError, req: int = 0, details: Details = ()) -> FailReply:
    """The reply for an error."""
    return FailReply(command, error.code, describe(error), req, details)

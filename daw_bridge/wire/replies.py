"""What the server sends: answers and news. Frozen.

`TYPE` is the message's name over ZeroMQ, and its fields are the header's; over OSC each class has
a row in osc_replies.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from daw_bridge.errors import OurError, describe
from daw_bridge.settings.values import Values
from daw_bridge.wire.records import INT64_MAX, Between

Audio = NDArray[np.float32]
Details = tuple[tuple[str, Annotated[int, Between(-INT64_MAX, INT64_MAX)]], ...]
_AtLeastOne = Annotated[int, Between(1, INT64_MAX)]


@dataclass(frozen=True)
class Limits:
    """The server's limits."""

    max_message_bytes: int
    max_channels: int
    max_block_samples: int
    max_streams: int


@dataclass(frozen=True)
class HelloReply:
    """`model`: the default of new streams."""

    TYPE: ClassVar[str] = "hello.reply"
    server: str
    server_version: str
    model: str
    limits: Limits


@dataclass(frozen=True)
class StreamInfo:
    """An open stream. Grid in samples at the model's rate, latency at the stream's.

    `steps` 0: by the deadline. `credit`: most unanswered audio messages. After a change of model,
    `folded`: stems of the model that have no output and are added to the residual; `silent`:
    outputs that the model has no stem for.
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

    @property
    def latency_ms(self) -> float:
        """The declared latency in milliseconds."""
        return 1000.0 * self.latency_samples / self.rate_hz


@dataclass(frozen=True)
class AudioReply:
    """Stems (outputs, channels, n) float32. `start_sample`: input position of the first sample.

    `final`: the answer to a flush; nothing is left.
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


@dataclass(frozen=True)
class ResetReply:
    """The stream has started over: the next block has seq 0."""

    TYPE: ClassVar[str] = "reset.reply"
    stream: int


@dataclass(frozen=True)
class ClosedReply:
    """The stream has ended. `reason`: close, peer gone, or an error."""

    TYPE: ClassVar[str] = "close.reply"
    stream: int
    reason: str = "close"


@dataclass(frozen=True)
class ValuesReply:
    """Current values of parameters. `stream` 0: the defaults of new streams."""

    TYPE: ClassVar[str] = "values"
    stream: int
    values: Values


@dataclass(frozen=True)
class DoneReply:
    """A request that takes a while, or has no other answer, is done."""

    TYPE: ClassVar[str] = "done"
    command: str
    req: int = 0


@dataclass(frozen=True)
class FailReply:
    """An error. `req`: a job's number, or 0. `details`: of audio (expected_seq)."""

    TYPE: ClassVar[str] = "fail"
    command: str
    code: str
    message: str
    req: int = 0
    details: Details = ()


@dataclass(frozen=True)
class JobReply:
    """The job is queued. `job` is the server's number, `req` the peer's."""

    TYPE: ClassVar[str] = "separate.reply"
    req: int
    job: int


@dataclass(frozen=True)
class JobProgress:
    """How far a job is. `fraction` 0 to 1; `eta_s` -1: not known yet."""

    TYPE: ClassVar[str] = "job.progress"
    req: int
    fraction: float
    stage: str
    eta_s: float


@dataclass(frozen=True)
class JobNotice:
    """Information about a running job: the provider, clipped samples, ..."""

    TYPE: ClassVar[str] = "job.notice"
    req: int
    code: str
    message: str


@dataclass(frozen=True)
class JobStem:
    """File k of n is complete."""

    TYPE: ClassVar[str] = "job.stem"
    req: int
    name: str
    path: str
    k: int
    n: int


@dataclass(frozen=True)
class JobDone:
    """Every file is in place."""

    TYPE: ClassVar[str] = "job.done"
    req: int


@dataclass(frozen=True)
class JobFail:
    """The job ended without files. Code `cancelled`: it was cancelled."""

    TYPE: ClassVar[str] = "job.fail"
    req: int
    code: str
    message: str


@dataclass(frozen=True)
class Level:
    """One output's level since the last meter message, in dB re full scale."""

    name: str
    peak_db: float
    rms_db: float


@dataclass(frozen=True)
class StreamHealth:
    """A stream's health. load: share of a hop's time that separating takes; 1 is no time left.

    late: underruns since the start, blocks that had the mix on the residual because the model was
    late. Callback times, of a live stream: serving one block, in microseconds; cycle times: from
    the start of JACK's cycle to the end of our part of it, 0 elsewhere. io_state: status of the
    audio port that feeds it, empty if a peer does. Of a port that receives packets:
    discontinuities, where shortfall_samples of missing input were filled with silence and
    excess_samples were skipped; refused_packets: damaged, or of another rate or channel count;
    dropped_packets: refused by the system on sending.
    """

    TYPE: ClassVar[str] = "meters"
    stream: int
    rate_hz: int
    latency_samples: int
    levels: tuple[Level, ...] = ()
    load: float = 0.0
    late: int = 0
    windows: int = 0
    skipped_windows: int = 0
    xruns: int = 0
    nonfinite_samples: int = 0
    nonfinite_windows: int = 0
    failures: int = 0
    blocks: int = 0
    late_samples: int = 0
    discarded_samples: int = 0
    callback_p999_us: float = 0.0
    callback_max_us: float = 0.0
    cycle_p999_us: float = 0.0
    cycle_max_us: float = 0.0
    io_state: str = ""
    discontinuities: int = 0
    shortfall_samples: int = 0
    excess_samples: int = 0
    refused_packets: int = 0
    dropped_packets: int = 0


@dataclass(frozen=True)
class StatusReply:
    """What is running. `dropped_replies`: replies lost because a peer did not read them;
    `internal_errors`: defects that the server met and outlived, see its log.
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


@dataclass(frozen=True)
class VersionReply:
    """Program and protocol version."""

    TYPE: ClassVar[str] = "version.reply"
    server_version: str
    protocol: int


@dataclass(frozen=True)
class ModelEntry:
    """An installed model. `problem`: why it cannot be read, or empty."""

    name: str
    stems: tuple[str, ...] = ()
    rate_hz: int = 0
    channels: int = 0
    licence: str = ""
    conditional: bool = False
    problem: str = ""


@dataclass(frozen=True)
class ModelsReply:
    """The installed models."""

    TYPE: ClassVar[str] = "models.reply"
    models: tuple[ModelEntry, ...]


@dataclass(frozen=True)
class ClientEntry:
    """A client that gets news, or (not `registered`) a host that has given the secret.

    `client`: the name that `forget` takes. `listens_at`: where its news go. `silent_s`: seconds
    since its last message.
    """

    client: str
    listens_at: str
    silent_s: float
    registered: bool


@dataclass(frozen=True)
class ClientsReply:
    """Who is registered for news, and which hosts have given the secret."""

    TYPE: ClassVar[str] = "clients.reply"
    clients: tuple[ClientEntry, ...]


@dataclass(frozen=True)
class SyncedReply:
    """Everything requested before sync `number` is done."""

    TYPE: ClassVar[str] = "sync.reply"
    number: int


@dataclass(frozen=True)
class Heartbeat:
    """Sent at intervals to peers with open streams, to notice when one has gone."""

    TYPE: ClassVar[str] = "heartbeat"


Reply = (
    HelloReply | StreamInfo | AudioReply | ResetReply | ClosedReply | ValuesReply | DoneReply
    | FailReply | JobReply | JobProgress | JobNotice | JobStem | JobDone | JobFail | StreamHealth
    | StatusReply | VersionReply | ModelsReply | ClientsReply | SyncedReply | Heartbeat
)  # fmt: skip


def fail(command: str, error: OurError, req: int = 0, details: Details = ()) -> FailReply:
    """The reply for an error."""
    return FailReply(command, error.code, describe(error), req, details)

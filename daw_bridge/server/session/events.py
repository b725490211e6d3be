"""What goes into the session and what comes out. Frozen; neither sockets nor clocks."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import OurError
from daw_bridge.files.types import JobEvent
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import Reply, StreamHealth, StreamInfo
from daw_bridge.wire.requests import Request, Separate

DEFAULTS = 0
"""The stream number that stands for streams to come."""


@dataclass(frozen=True)
class Received:
    """A peer asked something. `msg_id` is its number for it, 0 over OSC."""

    peer: Peer
    msg_id: int
    request: Request


@dataclass(frozen=True)
class Unreadable:
    """A peer sent what is no request. `command` as far as it could be told."""

    peer: Peer
    msg_id: int
    command: str
    error: OurError


@dataclass(frozen=True)
class Adopted:
    """A stream that no peer opened (the sound device's) is there."""

    info: StreamInfo
    plan: StreamPlan


@dataclass(frozen=True)
class Reshaped:
    """The audio that feeds a stream has another form from now on; the stream follows."""

    stream: int
    rate_hz: int
    block_samples: int


@dataclass(frozen=True)
class Opened:
    """An OpenStream is done."""

    ticket: int
    info: StreamInfo


@dataclass(frozen=True)
class Changed:
    """A ChangeStream is done; `info` is None for the defaults."""

    ticket: int
    info: StreamInfo | None


@dataclass(frozen=True)
class Refused:
    """An OpenStream or ChangeStream could not be done; everything is as before."""

    ticket: int
    error: OurError


@dataclass(frozen=True)
class Updated:
    """A stream's description after an AdjustStream."""

    info: StreamInfo


@dataclass(frozen=True)
class Closed:
    """A stream has ended; its owner asked for it with message `msg_id`, or 0."""

    stream: int
    reason: str
    msg_id: int = 0


@dataclass(frozen=True)
class PeerGone:
    """A peer cannot be reached any more."""

    peer: Peer


@dataclass(frozen=True)
class JobQueued:
    """A SubmitJob is done: the runner's number of the job."""

    peer: Peer
    msg_id: int
    req: int
    job: int


@dataclass(frozen=True)
class JobRefused:
    """A SubmitJob could not be done."""

    peer: Peer
    msg_id: int
    req: int
    error: OurError


@dataclass(frozen=True)
class JobNews:
    """Something a running job told."""

    event: JobEvent


@dataclass(frozen=True)
class Measured:
    """How a stream does, now and then."""

    health: StreamHealth


@dataclass(frozen=True)
class Faulted:
    """Something went wrong in a stream that nobody asked about just now; it goes on if it can."""

    stream: int
    error: OurError


Event = (
    Received | Unreadable | Adopted | Reshaped | Opened | Changed | Refused | Updated | Closed
    | PeerGone | JobQueued | JobRefused | JobNews | Measured | Faulted
)  # fmt: skip


@dataclass(frozen=True)
class Send:
    """Answer or tell a peer."""

    peer: Peer
    reply: Reply
    msg_id: int = 0


@dataclass(frozen=True)
class Publish:
    """Tell whoever listens to the events."""

    reply: Reply


@dataclass(frozen=True)
class OpenStream:
    """Load the model and make the stream; answer Opened or Refused."""

    ticket: int
    stream: int
    owner: Peer
    plan: StreamPlan


@dataclass(frozen=True)
class ChangeStream:
    """Go over to another plan; answer Changed or Refused. DEFAULTS: only check that it works.

    `follows`: the transport's audio has another form already, so the CPU's room is not asked about.
    """

    ticket: int
    stream: int
    plan: StreamPlan
    follows: bool = False


@dataclass(frozen=True)
class AdjustStream:
    """Set what can change at once: bypass, gain, mute, solo; steps and seed, and answer Updated."""

    stream: int
    name: str
    stem: str
    value: Value


@dataclass(frozen=True)
class ResetStream:
    """Forget what came before."""

    stream: int


@dataclass(frozen=True)
class StopStream:
    """End a stream whose owner is gone; answer Closed."""

    stream: int
    reason: str


@dataclass(frozen=True)
class ReportFault:
    """Something that nobody asked about failed in a stream: log it, and Faulted follows."""

    stream: int
    error: OurError


@dataclass(frozen=True)
class SubmitJob:
    """Queue a separation; answer JobQueued or JobRefused."""

    peer: Peer
    msg_id: int
    request: Separate


@dataclass(frozen=True)
class CancelJob:
    """Stop a job."""

    job: int


@dataclass(frozen=True)
class ListModels:
    """Answer the peer with the installed models."""

    peer: Peer
    msg_id: int


@dataclass(frozen=True)
class Dumping:
    """Log every message that comes in, or stop that."""

    on: bool


@dataclass(frozen=True)
class Shutdown:
    """End the server."""


Effect = (
    Send | Publish | OpenStream | ChangeStream | AdjustStream | ResetStream | StopStream
    | ReportFault | SubmitJob | CancelJob | ListModels | Dumping | Shutdown
)  # fmt: skip

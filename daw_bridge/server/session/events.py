"""What goes into the session (events) and what comes out (effects). Frozen, without I/O."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import OurError
from daw_bridge.files.types import JobEvent
from daw_bridge.live.controls import ControlChange
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.settings.values import Values
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import ModelEntry, Reply, StreamHealth, StreamInfo
from daw_bridge.wire.requests import Cancel, JobRequest, Request, command_of

DEFAULTS = 0
"""The stream number that stands for the defaults of new streams."""


@dataclass(frozen=True)
class Received:
    """A peer sent a request. `msg_id` is the peer's number for it, 0 over OSC.

    `asked`: the request's name as it was sent, over OSC its address. `size_bytes`: of the message;
    a peer that has not given the secret gets no answer that is larger. `also`: the numbers of
    earlier requests that this one makes idle, and whose answer is the same.
    """

    peer: Peer
    msg_id: int
    request: Request
    asked: str = ""
    size_bytes: int = 0
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A peer sent something that is not a request. `command`: as far as it was readable."""

    peer: Peer
    msg_id: int
    command: str
    error: OurError
    size_bytes: int = 0


def name_of(event: Received | Unreadable) -> str:
    """What was asked, as the peer called it."""
    if isinstance(event, Unreadable):
        return event.command
    return event.asked or command_of(event.request)


def job_of(event: Received | Unreadable) -> int:
    """The peer's number of the job that it is about; 0: it is about none."""
    asked = event.request if isinstance(event, Received) else None
    return asked.req if isinstance(asked, JobRequest | Cancel) else 0


def numbers_of(event: Received | Unreadable) -> tuple[int, ...]:
    """The numbers of the requests that have the answer to this one, in order."""
    return (*event.also, event.msg_id) if isinstance(event, Received) else (event.msg_id,)


@dataclass(frozen=True)
class Ticked:
    """It is `now_s` seconds by a clock that only goes forward; about once a second."""

    now_s: float


@dataclass(frozen=True)
class Unheard:
    """A datagram to this address found nobody listening."""

    peer: Peer


@dataclass(frozen=True)
class Adopted:
    """An audio port's stream has opened; no peer owns it. `midi`: it has a MIDI input."""

    info: StreamInfo
    plan: StreamPlan
    midi: bool = False


@dataclass(frozen=True)
class Controlled:
    """MIDI controllers of the audio port have moved: each to its newest value."""

    changes: tuple[ControlChange, ...]


@dataclass(frozen=True)
class Reshaped:
    """The audio that feeds a stream has changed its rate or block size; the stream follows."""

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
    """An OpenStream, ChangeStream or ListModels failed; everything is as before."""

    ticket: int
    error: OurError


@dataclass(frozen=True)
class Listed:
    """A ListModels is done."""

    ticket: int
    models: tuple[ModelEntry, ...]


@dataclass(frozen=True)
class Updated:
    """A stream's description after an AdjustStream."""

    info: StreamInfo


@dataclass(frozen=True)
class Closed:
    """A stream has ended. `msg_id`: of its owner's `close`, or 0."""

    stream: int
    reason: str
    msg_id: int = 0


@dataclass(frozen=True)
class PeerGone:
    """A peer is no longer reachable."""

    peer: Peer


@dataclass(frozen=True)
class Stalled:
    """A peer does not read: so many bytes waited for it, and have been dropped."""

    peer: Peer
    waiting_bytes: int


@dataclass(frozen=True)
class JobQueued:
    """A SubmitJob is done. `job`: the runner's number for it; `command`: what was asked."""

    peer: Peer
    msg_id: int
    req: int
    job: int
    command: str = "separate"


@dataclass(frozen=True)
class JobRefused:
    """A SubmitJob failed. `command`: what was asked."""

    peer: Peer
    msg_id: int
    req: int
    error: OurError
    command: str = "separate"


@dataclass(frozen=True)
class JobNews:
    """A running job reports."""

    event: JobEvent


@dataclass(frozen=True)
class Measured:
    """A stream's health, measured at intervals."""

    health: StreamHealth


@dataclass(frozen=True)
class Faulted:
    """An error in a stream that is not the answer to a request; the stream goes on if it can."""

    stream: int
    error: OurError


@dataclass(frozen=True)
class Shelved:
    """A UseShelf is done: `values` of a load, `names` of a list; or it failed with `error`."""

    ticket: int
    values: Values = ()
    names: tuple[str, ...] = ()
    error: OurError | None = None


Event = (
    Received | Unreadable | Ticked | Unheard | Adopted | Controlled | Reshaped | Opened | Changed
    | Refused | Listed | Updated | Closed | PeerGone | Stalled | JobQueued | JobRefused | JobNews
    | Measured | Faulted | Shelved
)  # fmt: skip


@dataclass(frozen=True)
class Send:
    """Send a reply to a peer. `most_bytes`: how large it may be, where that is not 0."""

    peer: Peer
    reply: Reply
    msg_id: int = 0
    most_bytes: int = 0


@dataclass(frozen=True)
class Publish:
    """Send a reply to all subscribers of events."""

    reply: Reply


@dataclass(frozen=True)
class OpenStream:
    """Load the model and make the stream; Opened or Refused follows."""

    ticket: int
    stream: int
    owner: Peer
    plan: StreamPlan


@dataclass(frozen=True)
class ChangeStream:
    """Go over to another plan; Changed or Refused follows. DEFAULTS: only check that it works.

    `follows`: the port's audio has already changed, so the stream is not refused for lack of CPU.
    """

    ticket: int
    stream: int
    plan: StreamPlan
    follows: bool = False


@dataclass(frozen=True)
class AdjustStream:
    """Set what acts at once: bypass, gain, mute, solo; or steps and seed, and Updated follows."""

    stream: int
    name: str
    stem: str
    value: Value


@dataclass(frozen=True)
class ResetStream:
    """Start a stream over."""

    stream: int


@dataclass(frozen=True)
class StopStream:
    """End a stream whose owner is gone; Closed follows."""

    stream: int
    reason: str


@dataclass(frozen=True)
class ReportFault:
    """Log an error in a stream that is not the answer to a request; Faulted follows."""

    stream: int
    error: OurError


@dataclass(frozen=True)
class SubmitJob:
    """Queue a job; JobQueued or JobRefused follows."""

    peer: Peer
    msg_id: int
    request: JobRequest


@dataclass(frozen=True)
class CancelJob:
    """Stop a job."""

    job: int


@dataclass(frozen=True)
class ListModels:
    """List the installed models; Listed or Refused follows."""

    ticket: int


@dataclass(frozen=True)
class UseShelf:
    """Save, load, list or remove a snapshot; Shelved follows."""

    ticket: int
    action: str
    name: str
    values: Values = ()


@dataclass(frozen=True)
class Dumping:
    """Log every incoming message, or stop logging them."""

    on: bool


@dataclass(frozen=True)
class Shutdown:
    """End the server."""


Effect = (
    Send | Publish | OpenStream | ChangeStream | AdjustStream | ResetStream | StopStream
    | ReportFault | SubmitJob | CancelJob | ListModels | UseShelf | Dumping | Shutdown
)  # fmt: skip

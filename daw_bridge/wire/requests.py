"""What a peer may request. Frozen, checked when made from bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from daw_bridge.settings.values import Values
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire.records import Between, OneOf
from engines.settings import MAX_RATE_HZ

MAX_BLOCK_SAMPLES = 2**20
MODES = ("sync", "live")
PRESETS = ("live", "offline")
StreamNumber = Annotated[int, Between(1, 2**31 - 1)]
Number = Annotated[int, Between(0, 2**31 - 1)]
"""A peer's own number, for a job or a sync."""


@dataclass(frozen=True)
class Hello:
    """Who are you, and what are your limits?"""


@dataclass(frozen=True)
class Open:
    """Open a stream of (channels, n) blocks at rate_hz.

    mode sync: lossless, every sample comes back once, as soon as it is final. mode live: each
    block is answered by a block, one latency late; if the model is late, the mix is on the
    residual. `preset`: the model's grid. `known`: stems whose audio comes with every block.
    `block_samples`: the size of every block, or 0 if it varies (live only). `values`: stream
    parameters by name.
    """

    rate_hz: Annotated[int, Between(1, MAX_RATE_HZ)]
    channels: Annotated[int, Between(1, 65536)]
    mode: Annotated[str, OneOf(MODES)] = "sync"
    preset: Annotated[str, OneOf(PRESETS)] = "live"
    known: tuple[str, ...] = ()
    block_samples: Annotated[int, Between(0, MAX_BLOCK_SAMPLES)] = 0
    values: Values = ()


@dataclass(frozen=True)
class Flush:
    """Send the rest of the audio; the stream then starts over. Sync streams only."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Reset:
    """Start over (after a transport jump)."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Close:
    """End a stream, after the audio that was sent before."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Set:
    """Set parameters of a stream; for stream 1 while it is not open, the defaults."""

    values: Values
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Get:
    """Ask for parameters; for all of them if none is named."""

    names: tuple[str, ...] = ()
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Separate:
    """Separate a file on the server's disk. `req` is the peer's own number for the job."""

    req: Number
    source: str
    out_dir: str
    options: Values = ()


@dataclass(frozen=True)
class Cancel:
    """Stop the peer's job `req`."""

    req: Number


@dataclass(frozen=True)
class Status:
    """Open streams, their health, and jobs."""


@dataclass(frozen=True)
class Version:
    """Program and protocol version."""


@dataclass(frozen=True)
class Models:
    """The installed models."""


@dataclass(frozen=True)
class Clients:
    """Who is registered for news, and which hosts have given the secret."""


@dataclass(frozen=True)
class Forget:
    """Send this client no more news; a host has to give the secret again."""

    client: str


@dataclass(frozen=True)
class Sync:
    """Answer once everything requested before is done."""

    number: Number


@dataclass(frozen=True)
class Notify:
    """Send me changes, meters and job news, to `port` of my address if it is not 0."""

    on: bool
    port: int = 0


@dataclass(frozen=True)
class Dump:
    """Log every incoming message."""

    on: bool


@dataclass(frozen=True)
class Auth:
    """The secret that a server with `--auth-file` wants."""

    secret: str


@dataclass(frozen=True)
class Quit:
    """Shut the server down."""


Request = (
    Hello | Open | Flush | Reset | Close | Set | Get | Separate | Cancel | Status | Version
    | Models | Clients | Forget | Sync | Notify | Dump | Auth | Quit
)  # fmt: skip
StreamRequest = Flush | Reset | Close


def command_of(request: Request) -> str:
    """The request's name, as `fail` and `done` give it."""
    return type(request).__name__.lower()

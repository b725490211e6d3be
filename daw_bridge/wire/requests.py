"""What a peer may ask. Frozen, checked when made from bytes."""

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

    mode sync: lossless, every sample comes back once, as soon as it is final. mode live: block
    in, block out at one delay, the mix on the residual where the model is late. `preset`: the
    model's grid. `known`: stems whose audio comes with every block. `block_samples`: the size of
    every block, 0 where it varies (live only). `values`: stream parameters by name.
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
    """Send the rest of what went in; the stream is then as new. Sync streams."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Reset:
    """Forget what came before (a transport jump)."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Close:
    """End a stream, after the audio that was sent before."""

    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Set:
    """Set parameters of a stream; of the streams to come where that stream is not open."""

    values: Values
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Get:
    """Ask for parameters; for all of them where none is named."""

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
    """What is running, and how well."""


@dataclass(frozen=True)
class Version:
    """Program and protocol version."""


@dataclass(frozen=True)
class Models:
    """The installed models."""


@dataclass(frozen=True)
class Sync:
    """Answer when everything asked before is done."""

    number: Number


@dataclass(frozen=True)
class Notify:
    """Send me changes, meters and job news, to `port` of my address if it is not 0."""

    on: bool
    port: int = 0


@dataclass(frozen=True)
class Dump:
    """Write every message that comes in to the log."""

    on: bool


@dataclass(frozen=True)
class Auth:
    """The secret of a sender beyond this machine."""

    secret: str


@dataclass(frozen=True)
class Quit:
    """Shut the server down."""


Request = (
    Hello | Open | Flush | Reset | Close | Set | Get | Separate | Cancel | Status | Version
    | Models | Sync | Notify | Dump | Auth | Quit
)  # fmt: skip
StreamRequest = Flush | Reset | Close


def command_of(request: Request) -> str:
    """The request's name, as `fail` and `done` give it."""
    return type(request).__name__.lower()

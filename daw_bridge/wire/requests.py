"""What a peer may request. Frozen, checked when made from bytes.

`ANSWER` is the type of the answer over ZeroMQ, where there is one beside `fail`. Each docstring has
a line for each field: docs/reference/zeromq.md is made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from daw_bridge.settings.values import Values
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire.records import Between, OneOf
from engines.grid import MAX_RATE_HZ

MAX_BLOCK_SAMPLES = 2**20
MODES = ("sync", "live")
PRESETS = ("live", "offline")
SNAPSHOT_ACTIONS = ("save", "load", "list", "remove")
MIDI_ACTIONS = ("learn", "list", "forget")
StreamNumber = Annotated[int, Between(1, 2**31 - 1)]
Number = Annotated[int, Between(0, 2**31 - 1)]
"""A peer's own number, for a job or a sync."""


@dataclass(frozen=True)
class Hello:
    """Who are you, and what are your limits?"""

    ANSWER: ClassVar[str] = "hello.reply"


@dataclass(frozen=True)
class Open:
    """Open a stream of (channels, n) blocks at rate_hz.

    In mode `sync` nothing is lost: every sample comes back once, as soon as it is final. In mode
    `live` each block is answered by a block, one latency late; if the model is late, the mix is on
    the residual.

    rate_hz: sample rate of the stream; where it is not the model's, the server resamples.
    channels: channels of the mix, of each known stem and of each output.
    mode: `sync` or `live`.
    preset: which of the model's grids, where `values` names none: `live` is the one of
        `block/preset`, `offline` has the best stems and the longest windows. In mode `sync` it
        also hears the music mirrored at its ends, as files do, unless the model has its own way.
    known: stems that come with every block, in this order, behind the mix.
    block_samples: the size of every block; 0 where it varies. In mode `sync` it has no effect.
    values: parameters that the stream starts with, by name: `model`, `refine/*`, `block/*`,
        `residual/to`; the others are as the server was started.
    """

    ANSWER: ClassVar[str] = "open.reply"
    rate_hz: Annotated[int, Between(1, MAX_RATE_HZ)]
    channels: Annotated[int, Between(1, 65536)]
    mode: Annotated[str, OneOf(MODES)] = "sync"
    preset: Annotated[str, OneOf(PRESETS)] = "live"
    known: tuple[str, ...] = ()
    block_samples: Annotated[int, Between(0, MAX_BLOCK_SAMPLES)] = 0
    values: Values = ()


@dataclass(frozen=True)
class Flush:
    """Send the rest of the audio; the stream then starts over. Sync streams only.

    stream: the stream's number.
    """

    ANSWER: ClassVar[str] = "audio.reply"
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Reset:
    """Start over (after a transport jump), in order with the audio.

    stream: the stream's number. Of another client's stream: at once, and `done` answers.
    """

    ANSWER: ClassVar[str] = "reset.reply"
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Close:
    """End a stream, after the audio that was sent before.

    stream: the stream's number.
    """

    ANSWER: ClassVar[str] = "close.reply"
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Set:
    """Set parameters of a stream, all or none; for stream 1 while it is not open, the defaults.

    values: parameters by name, at least one. Those that act at once wait for those that load a
        model.
    stream: the stream's number.
    """

    ANSWER: ClassVar[str] = "values"
    values: Values
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Get:
    """Ask for parameters.

    names: which ones; all, where none is named.
    stream: the stream's number.
    """

    ANSWER: ClassVar[str] = "values"
    names: tuple[str, ...] = ()
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Each:
    """Set, ask or reset every open stream whose number a pattern matches. Over OSC.

    streams: the pattern, for example `*` or `[12]`.
    request: what each of them is asked; its own stream number does not count.
    """

    ANSWER: ClassVar[str] = "values"
    streams: str
    request: Set | Get | Reset


@dataclass(frozen=True)
class Separate:
    """Separate a file on the server's disk.

    req: the client's own number for the job, not that of a job of his that has not ended.
    source: path of the audio file on the server's machine.
    out_dir: path of the folder there in which the song's folder is made.
    options: options of `daw-bridge separate` by name, for example `stems`, `format`, `force`.
    """

    ANSWER: ClassVar[str] = "separate.reply"
    req: Number
    source: str
    out_dir: str
    options: Values = ()


@dataclass(frozen=True)
class Generate:
    """Generate new parts, alone or to given stems, as files on the server's disk.

    req: the client's own number for the job, not that of a job of his that has not ended.
    out_dir: path of the folder there that gets the files, `generated_bass.wav` and so on.
    options: options of `daw-bridge generate` by name, for example `stems`, `seconds`, `given`.
    """

    ANSWER: ClassVar[str] = "generate.reply"
    req: Number
    out_dir: str
    options: Values = ()


@dataclass(frozen=True)
class Cancel:
    """Stop the peer's job `req`.

    req: the number that the client gave the job.
    """

    ANSWER: ClassVar[str] = "done"
    req: Number


@dataclass(frozen=True)
class Status:
    """Open streams, their health, and jobs."""

    ANSWER: ClassVar[str] = "status.reply"


@dataclass(frozen=True)
class Version:
    """Program and protocol version."""

    ANSWER: ClassVar[str] = "version.reply"


@dataclass(frozen=True)
class Models:
    """The installed models."""

    ANSWER: ClassVar[str] = "models.reply"


@dataclass(frozen=True)
class Clients:
    """Who is registered for news, and which hosts have given the secret."""

    ANSWER: ClassVar[str] = "clients.reply"


@dataclass(frozen=True)
class Forget:
    """Send this client no more news; a host has to give the secret again.

    client: its name in `clients.reply`.
    """

    ANSWER: ClassVar[str] = "done"
    client: str


@dataclass(frozen=True)
class Midi:
    """Which MIDI controllers set which parameters of the JACK port's stream? Until the server ends.

    action: `learn`: the next controller that moves sets this parameter from then on, in the place
        of another; `list`: change nothing; `forget`: no controller sets it any more.
    address: the parameter, for example `stem/drums/gain`; with `forget`, empty for all.
    """

    ANSWER: ClassVar[str] = "midi.reply"
    action: Annotated[str, OneOf(MIDI_ACTIONS)] = "list"
    address: str = ""


@dataclass(frozen=True)
class Snapshot:
    """Keep what a stream is set to under a name, or set it as it was kept.

    action: `save`; `load`: set everything as it was kept, the model too; `list`: what is kept;
        `remove`: keep it no more.
    name: the snapshot's; empty for `list`.
    stream: the stream's number, for `save` and `load`.
    """

    ANSWER: ClassVar[str] = "snapshot.reply"
    action: Annotated[str, OneOf(SNAPSHOT_ACTIONS)] = "list"
    name: str = ""
    stream: StreamNumber = DEFAULT_STREAM


@dataclass(frozen=True)
class Sync:
    """Answer once everything requested before is done.

    number: the client's own number, which comes back.
    """

    ANSWER: ClassVar[str] = "sync.reply"
    number: Number


@dataclass(frozen=True)
class Notify:
    """Send me changes, meters and job news.

    on: whether, or no more.
    port: the port of my address to send them to; 0 is the one that this came from.
    """

    ANSWER: ClassVar[str] = "done"
    on: bool
    port: int = 0


@dataclass(frozen=True)
class Dump:
    """Log every incoming message.

    on: whether, or no more.
    """

    ANSWER: ClassVar[str] = "done"
    on: bool


@dataclass(frozen=True)
class Auth:
    """The secret that a server with `--auth-file` wants.

    secret: the secret.
    """

    ANSWER: ClassVar[str] = "done"
    secret: str


@dataclass(frozen=True)
class Quit:
    """Shut the server down."""

    ANSWER: ClassVar[str] = "done"


Request = (
    Hello | Open | Flush | Reset | Close | Set | Get | Each | Separate | Generate | Cancel | Status
    | Version | Models | Clients | Forget | Midi | Snapshot | Sync | Notify | Dump | Auth | Quit
)  # fmt: skip
JobRequest = Separate | Generate
StreamRequest = Flush | Reset | Close


def command_of(request: Request) -> str:
    """The request's name, as `fail` and `done` give it."""
    if isinstance(request, Each):
        request = request.request
    return type(request).__name__.lower()

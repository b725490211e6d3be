"""The Python client: arrays in, stems out, over ZeroMQ. Needs numpy and pyzmq only.

numpy is imported where audio first needs it: a program that only steers starts sooner.

from daw_bridge.client import Client

with Client() as client:
    stems = client.separate(mix, rate_hz=44100)     # {"drums": (channels, n), ...}
    with client.stream(48000, channels=2) as stream:
        out = stream.process(block)                 # out["vocals"], out.start_sample
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from daw_bridge.client.job import Job
from daw_bridge.client.link import Link
from daw_bridge.client.news import News
from daw_bridge.errors import BadChannels, BadMessage, BadValue
from daw_bridge.settings.parameters import Value, parameter
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire.replies import (
    HelloReply,
    JobReply,
    MidiReply,
    ModelEntry,
    ModelsReply,
    Reply,
    SnapshotReply,
    StatusReply,
    StreamInfo,
    ValuesReply,
)
from daw_bridge.wire.requests import (
    Generate,
    Get,
    Midi,
    Models,
    Open,
    Quit,
    Request,
    Separate,
    Set,
    Snapshot,
    Status,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from daw_bridge.client.stream import ClientStream, Stems
    from engines.types import Audio

ENDPOINT = f"tcp://127.0.0.1:{parameter('zmq_port').default}"
BLOCK_SAMPLES = 32768
"""Samples that `separate` sends at a time."""

R = TypeVar("R", bound=Reply)


class Client:
    """A connection to one server, and a context manager. Not thread-safe: one per thread.

    `timeout_s`: how long the server may be silent; longer work is waited for as long as the server
    answers at all. With CURVE, `secret_key` is the client's own *.key_secret file and `server_key`
    the server's server.key; `secret`: what a server with `--auth-file` and without keys wants.
    Raises NoAnswer if there is no server, BadKeys.
    """

    def __init__(
        self,
        endpoint: str = ENDPOINT,
        timeout_s: float = 10.0,
        secret_key: str | Path = "",
        server_key: str | Path = "",
        secret: str = "",
    ) -> None:
        self._link = Link(endpoint, timeout_s, secret_key, server_key, secret)
        self._last_req = 0
        try:
            self.server: HelloReply = self._link.hello()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection. The server ends its streams."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def ask(self, request: Request, kind: type[R]) -> R:
        """Any request of the protocol, and its answer. Raises RemoteError, NoAnswer, BadMessage."""
        reply = self._link.ask_long(request)
        if not isinstance(reply, kind):
            raise BadMessage(f"a {reply.TYPE} message", kind.TYPE, "Update the client or server.")
        return reply

    # Audio.

    def separate(
        self,
        mix: ArrayLike,
        rate_hz: int,
        *,
        known: Mapping[str, ArrayLike] | None = None,
        model: str = "",
        steps: int = 0,
        seed: int = 0,
        preset: str = "offline",
        tags: str | Iterable[str] = (),
        on_progress: Callable[[float], None] | None = None,
    ) -> dict[str, Audio]:
        """Separate an array: stem -> (channels, n) float32, as long as the mix and aligned with it.

        `mix` and each known stem: (channels, n) or (n,) float32. The stems and `residual` sum to
        the mix. `steps` 0: the preset's. `tags`: of a model that listens to some, a stem for each,
        called by it: "strings,flute" or ["strings", "violin+cello"]. Raises RemoteError, NoAnswer,
        BadChannels, BadValue.
        """
        whole = _two_dimensional(mix, "the mix")
        given = {name: _two_dimensional(one, name) for name, one in (known or {}).items()}
        if any(one.shape != whole.shape for one in given.values()):
            shapes = ", ".join(f"{name} {one.shape}" for name, one in given.items())
            raise BadChannels(f"known stems of {shapes}", f"{whole.shape} each", "Align them.")
        values: dict[str, Value] = {"refine/steps": steps, "refine/seed": seed}
        asked = (tags if isinstance(tags, str) else ",".join(tags)).strip(", ")
        if asked:
            values["query/tag"] = f"{asked},"  # the comma: a stem of its name for one, too
        stream = self.stream(
            rate_hz, len(whole), known=tuple(given), model=model, preset=preset, values=values
        )
        with stream:
            if asked and not {*map(_folded, asked.split(","))} <= {*map(_folded, stream.outputs)}:
                seen = f"tags {asked} for a model with {', '.join(stream.outputs)}"
                raise BadValue(seen, "a model that listens to tags", "Leave them out.")
            return _run(stream, whole, given, on_progress).as_dict()

    def stream(
        self,
        rate_hz: int,
        channels: int,
        *,
        mode: str = "sync",
        preset: str = "live",
        known: tuple[str, ...] = (),
        model: str = "",
        block_samples: int = 0,
        values: Mapping[str, Value] | None = None,
    ) -> ClientStream:
        """Open a stream; use it with `with`. `values`: parameters by name (see the table)."""
        from daw_bridge.client.stream import ClientStream

        asked = dict(values or {}) | ({"model": model} if model else {})
        request = Open(rate_hz, channels, mode, preset, known, block_samples, tuple(asked.items()))
        return ClientStream(self._link, self.ask(request, StreamInfo))

    # Parameters.

    def get(self, *names: str, stream: int = DEFAULT_STREAM) -> dict[str, Value]:
        """Current values of parameters; of all of them if none is named."""
        return dict(self.ask(Get(names, stream), ValuesReply).values)

    def set(self, values: Mapping[str, Value], stream: int = DEFAULT_STREAM) -> dict[str, Value]:
        """Set parameters, e.g. {"refine/steps": 4}; returns them once they are in effect."""
        return dict(self.ask(Set(tuple(values.items()), stream), ValuesReply).values)

    # Jobs and the server.

    def submit(self, source: str | Path, out_dir: str | Path, **options: Value) -> Job:
        """Separate a file on the server's disk; options as in `daw-bridge separate`."""
        self._last_req += 1
        paths = (str(Path(source).absolute()), str(Path(out_dir).absolute()))
        request = Separate(self._last_req, *paths, tuple(options.items()))
        return Job(self._link, self.ask(request, JobReply))

    def generate(
        self, out_dir: str | Path, *,
        given: Mapping[str, str | Path] | Iterable[tuple[str, str | Path]] = (), **options: Value,
    ) -> Job:  # fmt: skip
        """Generate new parts as files on the server's disk, alone or to `given` stems.

        `given`: stem -> file there, or such pairs. Options as in `daw-bridge generate`, for example
        stems="bass,piano", seconds=12. The files are `generated_bass` and so on.
        """
        self._last_req += 1
        pairs = given.items() if isinstance(given, Mapping) else given
        lines = [f"{stem}={Path(path).absolute()}" for stem, path in pairs]
        asked = dict(options) | ({"given": "\n".join(lines)} if lines else {})
        where = str(Path(out_dir).absolute())
        request = Generate(self._last_req, where, tuple(asked.items()))
        return Job(self._link, self.ask(request, JobReply))

    def status(self) -> StatusReply:
        """Open streams, their health, and the number of jobs."""
        return self.ask(Status(), StatusReply)

    def models(self) -> tuple[ModelEntry, ...]:
        """The installed models."""
        return self.ask(Models(), ModelsReply).models

    def midi(self, action: str = "list", address: str = "") -> MidiReply:
        """Which MIDI controllers set which parameters; `learn` or `forget` one, or `list`.

        `address`: a parameter, such as `stem/drums/gain`; with `forget`, empty for all. Raises
        RemoteError (`no_midi` where the server has no MIDI input).
        """
        return self.ask(Midi(action, address), MidiReply)

    def news(self, *topics: str) -> News:
        """What the server publishes, e.g. `meters/`; use it with `with`.

        Topics are prefixes: docs/reference/zeromq.md has them. Raises BadMessage for a server that
        does not say where it publishes.
        """
        if not self.server.pub_port:
            raise BadMessage("a hello without pub_port", "a newer server", "Update the server.")
        where = self._link.endpoint.rpartition(":")[0]
        return News(f"{where}:{self.server.pub_port}", topics, self._link.access)

    def snapshot(self, action: str = "list", name: str = "", stream: int = 1) -> tuple[str, ...]:
        """`save` what a stream is set to under a name, `load` or `remove` it.

        With `list`, the names of all that are kept. Raises RemoteError.
        """
        return self.ask(Snapshot(action, name, stream), SnapshotReply).names

    def quit(self) -> None:
        """Shut the server down."""
        self._link.ask(Quit())


def _folded(tag: str) -> str:
    """A tag, or the name of its stem: small letters and figures alone."""
    return "".join(one for one in tag.lower() if one.isalnum())


def _two_dimensional(audio: ArrayLike, what: str) -> Audio:
    import numpy as np

    array = np.asarray(audio, np.float32)
    if array.ndim == 1:
        array = array[None]
    if array.ndim != 2 or not array.shape[0]:
        raise BadChannels(f"{what} of shape {array.shape}", "(channels, n)", "Transpose it.")
    return array


def _run(
    stream: ClientStream,
    mix: Audio,
    known: Mapping[str, Audio],
    on_progress: Callable[[float], None] | None,
) -> Stems:
    """Send everything as fast as the credit allows, and join the answers."""
    from daw_bridge.client.stream import join

    parts: list[Stems] = []
    total = mix.shape[1]

    def receive() -> None:
        parts.append(stream.receive())
        if on_progress is not None:
            on_progress(min(1.0, sum(one.samples for one in parts) / total))

    for start in range(0, total, BLOCK_SAMPLES):
        piece = slice(start, start + BLOCK_SAMPLES)
        if stream.unanswered == stream.info.credit:
            receive()
        stream.send(mix[:, piece], {name: one[:, piece] for name, one in known.items()})
    while stream.unanswered:
        receive()
    parts.append(stream.flush())
    if on_progress is not None:
        on_progress(1.0)
    return join(parts)

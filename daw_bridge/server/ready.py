"""What a server reports once it is ready: to people, to programs, and in a file."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from daw_bridge.errors import WriteFailed
from daw_bridge.settings.provider import place
from daw_bridge.wire.private import PUBLIC_MODE, write_new
from daw_bridge.wire.replies import StreamInfo


@dataclass(frozen=True)
class Ready:
    """Where the server listens and what it runs, once it does.

    http_port: of OSCQuery; metrics_port: of metrics; 0: it is off. rate_hz, latency_samples: of a
    sync stream at the model's own rate with the start options; a live stream adds its compute
    budget. `audio`: the audio port, if there is one. `folders`: where jobs may read and write,
    and models may lie.
    """

    pid: int
    bind: str
    osc_port: int
    zmq_port: int
    pub_port: int
    http_port: int
    model: str
    provider: str
    provider_note: str
    rate_hz: int
    latency_samples: int
    streams: tuple[StreamInfo, ...]
    audio: str
    folders: tuple[str, ...] = ()
    metrics_port: int = 0

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps({"ready": True, **asdict(self)})

    def write(self, path: Path) -> None:
        """Write the JSON line to a file, atomically. Raises WriteFailed; then no file is left."""
        if not path.name:
            raise _unwritable(path, "no file's name")
        _check_target(path)
        part = path.with_name(f".{path.name}-{secrets.token_hex(6)}.partial")
        try:  # a new file: a link that somebody has put there would lead the text elsewhere
            write_new(part, self.to_json() + "\n", PUBLIC_MODE)
            part.replace(path)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            with contextlib.suppress(OSError, ValueError):
                part.unlink(missing_ok=True)
            raise _unwritable(path, getattr(error, "strerror", "") or str(error)) from error

    def lines(self) -> list[str]:
        """One line each for the model, the sockets, the latency and the audio port."""
        audio = [f"audio    {self.audio}"] if self.audio else []
        port = self.metrics_port
        bind = f"[{self.bind}]" if ":" in self.bind else self.bind
        return [
            f"model    {self.model} on {place(self.provider)}",
            f"OSC      udp {bind}:{self.osc_port}",
            f"ZeroMQ   tcp {bind}:{self.zmq_port} requests and audio, "
            f"{bind}:{self.pub_port} events",
            f"OSCQuery http://{bind}:{self.http_port}" if self.http_port else "OSCQuery off",
            *([f"metrics  http://{bind}:{port}/metrics"] if port else []),
            *(self._streams() or [self._latency()]),
            *audio,
        ]

    def _latency(self) -> str:
        latency_ms = 1000 * self.latency_samples / self.rate_hz
        return (
            f"latency  {self.latency_samples} samples at {self.rate_hz} Hz ({latency_ms:.1f} ms) "
            "of a sync stream; a live stream adds its compute budget"
        )

    def _streams(self) -> list[str]:
        return [
            f"stream {one.stream} {one.rate_hz} Hz, {one.channels} channels, latency "
            f"{one.latency_samples} samples ({one.latency_ms:.1f} ms): " + ", ".join(one.outputs)
            for one in self.streams
        ]


def _check_target(path: Path) -> None:
    """A device or a pipe would be replaced, and be gone. Raises WriteFailed."""
    try:
        other = path.exists() and not path.is_file()
    except (OSError, ValueError) as error:
        raise _unwritable(path, getattr(error, "strerror", "") or str(error)) from error
    if other:
        raise _unwritable(path, "something there that is no file")


def _unwritable(path: Path, why: str) -> WriteFailed:
    return WriteFailed(f"--ready-file {path} ({why})", "a file that may be written", "Check it.")

"""Where the running server is, and how it lets us in: the flags of `daw-bridge ctl`."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daw_bridge.errors import BadFile, BadMessage, BadValue, NoAnswer
from daw_bridge.settings.parameters import parameter

if TYPE_CHECKING:
    from daw_bridge.client import Client

HOST = "127.0.0.1"
ANSWERS_WITHIN_S = 3.0
EVERYWHERE = {"0.0.0.0": HOST, "::": "::1"}
"""Addresses that a server listens on and nobody can be reached at -> the one for this machine."""


@dataclass(frozen=True)
class Ready:
    """What is needed here of a server's `--ready-file`; see `daw_bridge.server.ready`."""

    bind: str
    zmq_port: int


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Flags that may stand before the action and behind it: what is not given is not there."""
    port = parameter("zmq_port").default
    given = parser.add_argument_group("server", argument_default=argparse.SUPPRESS)
    given.add_argument(
        "--server",
        metavar="HOST[:PORT]",
        help=f"The server's address and ZeroMQ port. Default: {HOST}:{port}.",
    )
    given.add_argument("--zmq-port", metavar="N", help="The server's ZeroMQ port alone.")
    given.add_argument(
        "--ready-file",
        metavar="FILE",
        help="The file that the server has written (`serve --ready-file`): both.",
    )
    given.add_argument(
        "--auth-file",
        metavar="FILE",
        help="File with the server's secret. The environment variable "
        "DAW_BRIDGE_SECRET may hold it instead.",
    )
    given.add_argument(
        "--curve-dir",
        metavar="DIR",
        help="Folder with server.key and our own NAME.key_secret, see `daw-bridge keys`.",
    )
    given.add_argument("--client", metavar="NAME", help="Our name in it. Default: client.")
    given.add_argument(
        "--timeout",
        metavar="S",
        type=float,
        help=f"How long the server may be silent, in seconds. Default: {ANSWERS_WITHIN_S:g}.",
    )
    given.add_argument("--json", action="store_true",
                       help="Print JSON, one object a line, with the fields of "
                       "docs/reference/zeromq.md.")  # fmt: skip
    given.add_argument("--to", metavar="FILE",
                       help="Write the lines to this file, each at once: for programs that cannot "
                       "read our output.")  # fmt: skip


def connect(args: argparse.Namespace, timeout_s: float | None = None) -> Client:
    """A client of the server that the flags name. Raises NoAnswer, BadKeys, BadValue, BadFile."""
    limit_s = timeout_of(args) if timeout_s is None else timeout_s
    where = endpoint(args)
    from daw_bridge.client import Client  # after what is refused without it

    try:
        return Client(where, limit_s, *keys(args), secret=secret(args))
    except NoAnswer as error:
        raise no_answer(where, limit_s) from error


def no_answer(where: str, limit_s: float) -> NoAnswer:
    """The error for a server that is silent, or not there."""
    return NoAnswer(
        f"no answer from {where} within {limit_s:g} s",
        "a running server",
        "Start one with `daw-bridge serve`. If it runs: is this its ZeroMQ port (--server, "
        "--ready-file)? A missing or wrong secret or key (--auth-file, --curve-dir) looks the "
        "same.",
    )


def timeout_of(args: argparse.Namespace, usual_s: float = ANSWERS_WITHIN_S) -> float:
    """`--timeout` in seconds. Raises BadValue."""
    timeout_s = float(getattr(args, "timeout", usual_s))
    if not 0.0 < timeout_s <= 86400.0:
        raise BadValue(f"--timeout {timeout_s}", "seconds above 0, at most a day", "Choose one.")
    return timeout_s


def endpoint(args: argparse.Namespace) -> str:
    """The ZeroMQ endpoint: `tcp://127.0.0.1:17122`. Raises BadValue, BadFile."""
    named = [flag for flag in ("server", "zmq_port", "ready_file") if hasattr(args, flag)]
    if "ready_file" in named:
        if len(named) > 1:
            raise BadValue("--ready-file and another address", "one of the two", "Leave one out.")
        ready = read_ready(Path(args.ready_file))
        return written(EVERYWHERE.get(ready.bind, ready.bind), ready.zmq_port)
    host, port = split(getattr(args, "server", HOST))
    if port and "zmq_port" in named:
        raise BadValue("two ports, in --server and --zmq-port", "one", "Leave one out.")
    text = port or getattr(args, "zmq_port", "") or str(parameter("zmq_port").default)
    return written(host, int(parameter("zmq_port").parse(text)))


def written(host: str, port: int) -> str:
    """An endpoint as ZeroMQ wants it. Raises BadValue for port 0."""
    if not port:
        raise BadValue("port 0", "the port that the server listens on", "Give --ready-file.")
    return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"


def split(text: str) -> tuple[str, str]:
    """`host:17122`, `host`, `:17122`, `[::1]:17122` or `::1` -> host and port, "" for none.

    Also with `tcp://` before it. Raises BadValue.
    """
    text = text.removeprefix("tcp://")
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    if not all(one.isalnum() or one in ".:-_%" for one in host):
        raise BadValue(f"--server {text!r}", "HOST or HOST:PORT", "Check it.")
    return host or HOST, port


def read_ready(file: Path) -> Ready:
    """The place that a server has written of itself. Raises BadFile."""
    from daw_bridge.wire.records import decode, parse_object

    try:
        return decode(Ready, parse_object(file.read_bytes()), str(file), strict=False)
    except (OSError, BadMessage) as error:
        raise BadFile(
            f"--ready-file {file}: {getattr(error, 'strerror', '') or error}",
            "the file of a running server",
            "Is it running? It removes the file when it ends.",
        ) from error


def keys(args: argparse.Namespace) -> tuple[str, str]:
    """Our secret key and the server's public one; two empty texts without `--curve-dir`."""
    if not hasattr(args, "curve_dir"):
        if hasattr(args, "client"):
            raise BadValue("--client without --curve-dir", "the folder of keys", "Give both.")
        return "", ""
    folder, name = Path(args.curve_dir), getattr(args, "client", "client")
    return str(folder / f"{name}.key_secret"), str(folder / "server.key")


def secret(args: argparse.Namespace) -> str:
    """What a server with a secret wants; "" with keys, where it needs none. Raises BadKeys."""
    from daw_bridge.wire.secret import SECRET_VARIABLE, read_secret

    around = "" if hasattr(args, "curve_dir") else os.environ.get(SECRET_VARIABLE, "")
    return read_secret(getattr(args, "auth_file", ""), around)

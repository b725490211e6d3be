"""`daw-bridge serve`: the server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from daw_bridge.flags import add_flags
from daw_bridge.parameters import PARAMETERS, SERVER_PARAMETERS, STREAM_PARAMETERS

if TYPE_CHECKING:
    from daw_bridge.server import Ready

HELP = "Serve stems to DAWs, Max, Pure Data and programs, live and from files."
EXAMPLES = """\
examples:
  daw-bridge serve                                       OSC and ZeroMQ, on this machine only
  daw-bridge serve --io device --out-map drums=1-2,bass=3-4,other=5-6,vocals=7-8
  daw-bridge serve --io device --in-map mix=1-2,drums=3-4    the drums are known, and routed in
  daw-bridge serve --model mine.onnx --gibbs 4 --device cuda
  daw-bridge serve --osc-port 0 --zmq-port 0 --pub-port 0 --json      free ports, told as JSON
  daw-bridge keys keys && daw-bridge serve --bind 192.168.1.5 --curve-dir keys \\
      --auth-file secret.txt --allow-path music          for other machines, too

It stops on /dawbridge/quit, Ctrl-C or SIGTERM. The messages are in daw_bridge/README.md.
"""

WAIT_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The table's flags."""
    add_flags(parser, STREAM_PARAMETERS, "separation")
    add_flags(parser, SERVER_PARAMETERS, "server")
    parser.add_argument(
        "--json", action="store_true", help="Say where it listens as one JSON line on stdout."
    )


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    import logging
    import signal

    from daw_bridge.options import ServerOptions
    from daw_bridge.server import Server

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    chosen = {one.key: getattr(args, one.key) for one in PARAMETERS if hasattr(args, one.key)}
    allow = tuple(Path(one) for one in chosen.pop("allow_path"))
    server = Server(ServerOptions.of(allow, **chosen))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.request_stop())
    ready = server.start()
    try:
        print(ready.to_json() if args.json else _told(ready), flush=True)
        while not server.wait(WAIT_S):
            pass  # on Windows an endless wait would not hear Ctrl-C
    finally:
        server.stop()
    if not args.json:
        print("stopped", flush=True)
    return 0


def _told(ready: Ready) -> str:
    """What the server is, for people: one line each."""
    lines = [
        f"model    {ready.model} on {ready.provider} ({ready.provider_note})",
        f"OSC      udp {ready.bind}:{ready.osc_port}",
        f"ZeroMQ   tcp {ready.bind}:{ready.zmq_port} requests and audio, "
        f"{ready.bind}:{ready.pub_port} events",
    ]
    for one in ready.streams:
        lines.append(
            f"stream {one.stream} {one.rate_hz} Hz, {one.channels} channels, latency "
            f"{one.latency_samples} samples ({one.latency_ms:.1f} ms): " + ", ".join(one.outputs)
        )
    if ready.audio:
        lines.append(f"audio    {ready.audio}")
    return "\n".join([*lines, "ready; Ctrl-C stops"])

"""`daw-bridge engine`: models for other machines, which `--device grpc://...` runs."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from daw_bridge.cli.flags import add_flags
from daw_bridge.remote.address import PORT, Address, parse_place
from daw_bridge.settings.parameters import Parameter, parameter

if TYPE_CHECKING:
    from daw_bridge.remote.serving.engine import EngineOptions
    from daw_bridge.remote.serving.shelf import Shelf

HELP = "Run models for `--device grpc://...` of other processes and machines."
EXAMPLES = f"""\
examples:
  daw-bridge engine                                      song, for this machine, at port {PORT}
  daw-bridge engine song band --device cuda              two models on a GPU
  daw-bridge engine --listen 0.0.0.0:{PORT} --certs certs/studio   for other machines
  daw-bridge engine --listen 127.0.0.1:0 --json          a free port, printed as JSON

and elsewhere:
  daw-bridge serve --device grpcs://studio:{PORT} --io jack
  daw-bridge separate song.wav --device grpc://127.0.0.1:{PORT}

Both ends need the model's file and the extra `remote`. It stops on Ctrl-C or SIGTERM.
`daw-bridge certs` makes certificates.
"""
JOINED = 8
"""Windows that a GPU is given at once."""
WAIT_S = 0.5
EVERYWHERE = ("0.0.0.0", "[::]")
"""Addresses that are listened on, and not called."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which models, where, and for whom."""
    parser.add_argument(
        "models", nargs="*", default=["song"], metavar="MODEL",
        help="Names or paths of models. Default: song.",
    )  # fmt: skip
    parser.add_argument(
        "--listen", default=f"127.0.0.1:{PORT}", metavar="HOST:PORT",
        help="Address to listen on; port 0 picks a free one. One that other machines can reach "
        f"needs --certs. Default: 127.0.0.1:{PORT}.",
    )  # fmt: skip
    parser.add_argument(
        "--certs", type=Path, default=None, metavar="DIR",
        help="Folder with ca.pem, cert.pem and key.pem: only callers whose certificate ca.pem has "
        "signed are answered (mutual TLS).",
    )  # fmt: skip
    add_flags(parser, _placed())
    parser.add_argument(
        "--workers", type=_count, default=0, metavar="N",
        help="Runs at once; 0 takes the cores over --threads on the CPU, 1 on a GPU. Default: 0.",
    )  # fmt: skip
    parser.add_argument(
        "--join", type=_count, default=0, metavar="N",
        help="Most windows in one run: those that wait when one begins, and are alike. 0 takes "
        f"{JOINED} on a GPU and 1 on the CPU, where it gains nothing. Default: 0.",
    )  # fmt: skip
    parser.add_argument(
        "--max-message-mb", type=_count, default=64, metavar="MB",
        help="Largest call that is taken. Default: 64.",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true",
        help="Print where it listens, and what, as one line of JSON on stdout.",
    )  # fmt: skip


def _placed() -> tuple[Parameter, ...]:
    """Where this engine itself computes."""
    words = "Where the models run, on this machine. `daw-bridge doctor` tries each."
    device = replace(parameter("device"), besides=(), help=words)
    return device, replace(parameter("threads"), help="CPU cores of one run.")


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 4096:
        raise ValueError(text)
    return number


def run(args: argparse.Namespace) -> int:
    """Serve until a signal; returns the exit code."""
    import threading

    from daw_bridge.cli.logs import set_up
    from daw_bridge.cli.signals import StopSignals
    from daw_bridge.remote.load import require_remote

    require_remote()
    set_up("", "info")
    stop = threading.Event()
    with StopSignals(stop.set):
        _serve(args, stop)
    if not args.json:
        print("stopped", flush=True)
    return 0


def _serve(args: argparse.Namespace, stop: Event) -> None:
    from daw_bridge.remote.certificates import read_certificates
    from daw_bridge.remote.serving.engine import EngineOptions, EngineServer
    from daw_bridge.remote.serving.shelf import Shelf

    place = parse_place(args.listen)
    listen = Address(place.host, place.port, args.certs)
    # What is not safe, or cannot be, is refused before a model is loaded.
    EngineOptions(listen)
    if args.certs is not None:
        read_certificates(args.certs)
    shelf = Shelf(args.models, args.device, args.threads)
    options = _options(args, listen, shelf)
    with EngineServer(shelf, options) as server:
        print(_told(args.json, server.address, shelf, options), flush=True)
        while not stop.wait(WAIT_S):
            pass  # on Windows an endless wait would not hear Ctrl-C


def _options(args: argparse.Namespace, listen: Address, shelf: Shelf) -> EngineOptions:
    from daw_bridge.files.runner import cores
    from daw_bridge.remote.serving.engine import EngineOptions
    from engines.providers import of_session

    rows = [of_session(session.provider) for session in shelf.networks.values()]
    on_cpu = any(row is None or row.on_cpu for row in rows)
    workers = args.workers or (max(1, cores(0) // args.threads) if on_cpu else 1)
    together = args.join or (1 if on_cpu else JOINED)
    return EngineOptions(listen, workers, together, max(1, args.max_message_mb))


def _told(as_json: bool, address: Address, shelf: Shelf, options: EngineOptions) -> str:
    """What is served, and where."""
    models = {name: one.model.session.note for name, one in shelf.models.items()}
    if as_json:
        return json.dumps({
            "ready": True, "device": address.text, "host": address.host, "port": address.port,
            "models": models, "workers": options.workers, "join": options.together,
        })  # fmt: skip
    lines = [f"{name}: {note}" for name, note in models.items()]
    runs = f"{options.workers} at once, up to {options.together} windows in one run"
    device = address.text
    if address.host in EVERYWHERE:
        device = device.replace(address.host, "THIS-MACHINE", 1)
    return "\n".join([*lines, f"runs: {runs}", f"ready: --device {device}; Ctrl-C stops"])

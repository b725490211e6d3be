"""`daw-bridge ping`: does the server's sound come back as late as it declares?"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from daw_bridge.settings.parameters import parameter

if TYPE_CHECKING:
    from daw_bridge.cli.ping.measure import PingResult

HELP = "Send noise through a running server; compare its declared latency with the measured one."
EXAMPLES = """\
examples:
  daw-bridge ping                                     over ZeroMQ, on this machine
  daw-bridge ping --endpoint tcp://127.0.0.1:17122    a server on another port
  daw-bridge ping --rate 44100 --block 256            rate and block size of the test stream
  daw-bridge ping --jack                              through the JACK ports of `serve --io jack`
  daw-bridge ping --jack --freewheel                  the same on a busy machine

Through JACK the server must play every output (no name=none) at unity gain.
exit codes: 0 the latencies agree and the outputs cancel the input; 1 they do not; 2 no answer.
"""
ENDPOINT = f"tcp://127.0.0.1:{parameter('zmq_port').default}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the server is, and for how long to send."""
    parser.add_argument("--endpoint", default=ENDPOINT, help=f"The server. Default: {ENDPOINT}.")
    parser.add_argument(
        "--seconds", type=float, default=2.0, help="Length of the noise. Default: 2."
    )
    parser.add_argument(
        "--rate", type=int, default=48000, help="Sample rate in Hz. Default: 48000."
    )
    parser.add_argument(
        "--block", type=int, default=512, help="Block size in samples. Default: 512."
    )
    parser.add_argument("--jack", action="store_true", help="Send through JACK ports instead.")
    parser.add_argument(
        "--jack-client",
        default="",
        metavar="NAME",
        help="The server's name in JACK. Default: daw-bridge, or else PortAudio.",
    )
    parser.add_argument(
        "--freewheel",
        action="store_true",
        help="With --jack: let JACK freewheel while measuring, so that no cycle is lost to xruns.",
    )
    parser.add_argument(
        "--declared",
        type=int,
        metavar="N",
        help="With --jack: the declared latency in samples, instead of asking the endpoint.",
    )
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")


def run(args: argparse.Namespace) -> int:
    """Print what was found. Raises NoAnswer, NoDevice."""
    from daw_bridge.cli.ping import routes

    _check(args)
    if args.jack:
        declared = args.declared
        if declared is None:
            declared = routes.device_stream(args.endpoint).latency_samples
        result = routes.through_jack(args.jack_client, declared, args.seconds, args.freewheel)
    else:
        result = routes.through_zmq(args.endpoint, args.rate, args.block, args.seconds)
    print(json.dumps(asdict(result)) if args.json else _text(result))
    return 0 if result.holds else 1


def _check(args: argparse.Namespace) -> None:
    """Raise BadValue for what cannot be sent."""
    from daw_bridge.errors import BadValue
    from daw_bridge.wire.requests import MAX_BLOCK_SAMPLES
    from engines.settings import MAX_RATE_HZ

    limits = {"seconds": (0.1, 3600.0), "rate": (1, MAX_RATE_HZ), "block": (1, MAX_BLOCK_SAMPLES)}
    for name, (low, high) in limits.items():
        if not low <= getattr(args, name) <= high:
            raise BadValue(
                f"--{name} {getattr(args, name)}",
                f"{low} to {high}",
                "Choose a value in this range.",
            )


def _text(result: PingResult) -> str:
    rate = result.rate_hz
    rows = [
        ("declared", result.declared_samples),
        ("measured", result.measured_samples),
    ]
    if result.published_samples is not None:
        rows.append(("published in JACK", result.published_samples))
    lines = [
        f"{name}  {count} samples  {1000 * count / rate:.2f} ms at {rate} Hz"
        for name, count in rows
    ]
    lines.append(f"sum of the outputs minus the input: {result.null_db:.1f} dBFS")
    return "\n".join([*lines, "ok" if result.holds else "MISMATCH"])

"""`daw-bridge devices`: the choices for `--in-device` and `--out-device`."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "List the sound devices, with channels, rates and latencies."
EXAMPLES = """\
examples:
  daw-bridge devices                      number, name, audio system, channels in and out
  daw-bridge devices --json               the same for programs
  daw-bridge serve --io device --in-device 3 --out-device BlackHole

exit codes: 0 devices were found; 1 PortAudio works but finds none; 2 PortAudio is missing.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of the output."""
    parser.add_argument("--json", action="store_true", help="Print a JSON list of devices.")


def run(args: argparse.Namespace) -> int:
    """Print the list. Raises NoPortAudio."""
    from daw_bridge.cli.tables import table
    from daw_bridge.ports.device.portaudio import list_devices, list_hosts

    devices = list_devices()
    if args.json:
        print(json.dumps([asdict(one) for one in devices], indent=2))
        return 0 if devices else 1
    if not devices:
        print(f"No sound devices. PortAudio looked in: {', '.join(list_hosts())}.")
        print("For JACK or PipeWire, start its server first (PipeWire: pw-jack daw-bridge ...).")
        return 1
    header = ("no", "", "name", "system", "in", "out", "rate_hz", "in_ms", "out_ms")
    rows = [
        (
            one.number,
            ("<" if one.is_default_input else "") + (">" if one.is_default_output else ""),
            one.name,
            one.host,
            one.inputs,
            one.outputs,
            round(one.rate_hz),
            "-".join(f"{ms:g}" for ms in one.input_latency_ms) if one.inputs else None,
            "-".join(f"{ms:g}" for ms in one.output_latency_ms) if one.outputs else None,
        )
        for one in devices
    ]
    print(table(header, rows))
    print("< the system's default input, > its default output")
    return 0

"""`daw-bridge certs`: certificates for remote engines and for who may call them."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Make the certificates that a remote engine needs before other machines may call it."
EXAMPLES = """\
examples:
  daw-bridge certs certs studio,192.168.1.5 laptop    for an engine and for one machine that calls
  daw-bridge certs certs tablet                       for one more
  daw-bridge engine --listen 0.0.0.0:17125 --certs certs/studio
  daw-bridge serve --device 'grpcs://studio:17125?certs=certs/laptop' --io jack

Take each machine its own folder (DIR/NAME) and nothing else. DIR/ca.key signs for all: keep it.
A machine is called by the names that its certificate has: give its address, too, where that is
what you call it by. Needs the program openssl.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR and the machines."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="Folder for the certificates.")
    parser.add_argument(
        "machines", nargs="+", metavar="NAME[,NAME...]",
        help="A machine: its name, and others or IP addresses by which it is called.",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make them and say where they are."""
    from daw_bridge.remote.issuing import make_certificates, parse_machine

    machines = [parse_machine(text) for text in args.machines]
    for path in make_certificates(args.folder, machines):
        print(path)
    return 0

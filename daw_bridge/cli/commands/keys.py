"""`daw-bridge keys`: CURVE keys for a server that other machines may reach."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Make the keys that ZeroMQ needs beyond this machine."
EXAMPLES = """\
examples:
  daw-bridge keys keys                      keys of the server, and of a client called client
  daw-bridge keys keys --client studio      one more client
  daw-bridge serve --bind 192.168.1.5 --curve-dir keys --auth-file secret.txt --allow-path music

A client needs DIR/server.key and its own DIR/<client>.key_secret, and nothing else of the folder:
  Client("tcp://192.168.1.5:17122", secret_key="client.key_secret", server_key="server.key")
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR and the client's name."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="Folder of the keys.")
    parser.add_argument(
        "--client", default="client", metavar="NAME", help="The client's name. Default: client."
    )


def run(args: argparse.Namespace) -> int:
    """Make them and say where they are."""
    from daw_bridge.wire.keys import make_keys

    for path in make_keys(args.folder, args.client):
        print(path)
    return 0

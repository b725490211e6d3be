"""`daw-bridge keys`: CURVE keys for a server that other machines may reach."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Make the CURVE keys that ZeroMQ needs before other machines may connect."
EXAMPLES = """\
examples:
  daw-bridge keys keys                      keys for the server and for a client named client
  daw-bridge keys keys --client studio      keys for one more client
  daw-bridge serve --bind 192.168.1.5 --curve-dir keys --auth-file secret.txt --allow-path music

A client needs DIR/server.key and its own DIR/<client>.key_secret, and nothing else from the folder:
  Client("tcp://192.168.1.5:17122", secret_key="client.key_secret", server_key="server.key")
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR and the client's name."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="Folder for the keys.")
    parser.add_argument(
        "--client", default="client", metavar="NAME", help="The client's name. Default: client."
    )


def run(args: argparse.Namespace) -> int:
    """Make them and say where they are."""
    from daw_bridge.wire.keys import make_keys

    for path in make_keys(args.folder, args.client):
        print(path)
    return 0

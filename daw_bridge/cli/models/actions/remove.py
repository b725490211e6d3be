"""`daw-bridge models remove`: takes away what `add` has brought."""

from __future__ import annotations

import argparse

HELP = "Take away a model that `add` has brought."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME."""
    parser.add_argument("name", metavar="NAME", help="Which; `models add` lists them.")


def run(args: argparse.Namespace) -> int:
    """Remove its files. Raises UnknownEntry for one that was not added."""
    from daw_bridge.cli.catalogue.adding import remove
    from engines.load import added_models

    folder = added_models()
    for name in remove(args.name, folder):
        print(f"removed {folder / name}")
    return 0

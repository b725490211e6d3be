"""`daw-bridge models remove`: takes away what `add` has brought."""

from __future__ import annotations

import argparse

HELP = "Take away a model that `add` has brought, or that was made of others here."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME."""
    parser.add_argument("name", metavar="NAME", help="Which; `models add` lists them.")


def run(args: argparse.Namespace) -> int:
    """Remove its files.

    Raises UnknownEntry for one that was not added, FileInTheWay for one that others need.
    """
    from daw_bridge.cli.catalogue.adding import added, remove
    from daw_bridge.cli.models.combining import refuse_needed, remove_combined
    from engines.load import added_models

    folder = added_models()
    refuse_needed(args.name, folder)
    if args.name not in added(folder) and (place := remove_combined(args.name, folder)):
        print(f"removed {place}")
        return 0
    for name in remove(args.name, folder):
        print(f"removed {folder / name}")
    return 0

"""`daw-bridge ctl generate`: new parts on the server's disk, with progress; cancelled by Ctrl-C."""

from __future__ import annotations

import argparse
from pathlib import Path

from daw_bridge.cli.ctl.reach import connect
from daw_bridge.cli.ctl.separate import Batch, add_stop_file, model_from_here
from daw_bridge.cli.signals import StopSignals
from daw_bridge.settings.values import Values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and the options of a job that generates: what is not given is the server's."""
    from daw_bridge.cli.flags import add_flags
    from daw_bridge.files.generated.options import generate_groups

    parser.add_argument(
        "-o", "--output", default="generated", metavar="DIR",
        help="Folder that gets the files, on the server's machine; a relative one is found from "
        "here. Default: generated.",
    )  # fmt: skip
    add_stop_file(parser)
    for title, rows in generate_groups():
        add_flags(parser, rows, title, only_given=True)


def run(args: argparse.Namespace) -> int:
    """Generate. Raises NoAnswer, BadValue; what fails on the server is reported."""
    options, given = options_of(args), given_of(args)
    folder = Path(args.output).absolute()
    with StopSignals() as signals, connect(args) as client:
        batch = Batch(client, options, args, signals, [folder])
        batch.run(folder, lambda: client.generate(folder, given=given, **dict(options)))
        return batch.end()


def options_of(args: argparse.Namespace) -> Values:
    """The options that were given, but for given stems; a model's path from here."""
    from daw_bridge.files.generated.options import GENERATE_PARAMETERS

    rows = [one for one in GENERATE_PARAMETERS if not one.many and hasattr(args, one.key)]
    found = {one.name: getattr(args, one.key) for one in rows}
    if "model" in found:
        found["model"] = model_from_here(str(found["model"]))
    return tuple(found.items())


def given_of(args: argparse.Namespace) -> list[tuple[str, Path]]:
    """Given stems and their files, from here, as the server has another folder. Raises BadValue."""
    from daw_bridge.files.generated.options import parse_given

    pairs = [parse_given(one) for one in getattr(args, "given", [])]
    return [("+".join(row), path.absolute()) for row, path in pairs]

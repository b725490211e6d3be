"""`python -m export COMMAND`: finds the commands, parses, runs one, says what went wrong."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from engines.errors import EngineError
from export.commands import command_names, load_command
from export.common.errors import (
    FAILED,
    STOPPED,
    USAGE,
    ExportError,
    FileRefused,
    Unfinished,
    UsageError,
)

DESCRIPTION = "Data, training, ONNX export and scores of daw-bridge's models."
EPILOG = """\
a model's life:
  prepare          songs of your own, or a published set, become training data
  clips, render    real clips and rendered songs do, as for the models of this project
  train            a setup and data become a checkpoint
  to-onnx          a checkpoint becomes a model file
  evaluate         what it reaches, beside others
  card             licence, training and figures go into the file

python -m export COMMAND --help says more of one command, with examples.
"""


def build_parser(asked: Sequence[str]) -> argparse.ArgumentParser:
    """The command line: one sub-command per file in commands/. Only those `asked` for declare
    their options, since some need torch for it."""
    parser = argparse.ArgumentParser(
        prog="python -m export",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in command_names():
        command = load_command(name)
        one = commands.add_parser(
            name,
            help=command.HELP,
            description=command.HELP,
            epilog=command.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if name in asked:
            command.add_arguments(one)
        one.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line; returns its exit status: 1 for an error, 2 for a command line that
    is none, 130 after Ctrl-C, 75 where a slice of training is over."""
    given = sys.argv[1:] if argv is None else list(argv)
    parser = build_parser(given)
    args = parser.parse_args(given)
    if args.command is None:
        parser.print_help()
        return 0
    try:
        status: int = args.run(args)
    except Unfinished as stop:
        return stop.status
    except (ExportError, EngineError) as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else FAILED
    except OSError as error:
        print(f"error: {FileRefused.of(error)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("stopped; the same command resumes or starts again", file=sys.stderr)
        return STOPPED
    return status


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does
    sys.exit(main())

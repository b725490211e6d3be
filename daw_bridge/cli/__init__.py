"""The console command `daw-bridge`: finds the commands, parses, runs one, names its error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from daw_bridge import __version__
from daw_bridge.cli.commands import command_names, load_command
from daw_bridge.errors import BridgeError, describe
from engines.errors import EngineError

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130

DESCRIPTION = "Split music into stems: from files, or live through JACK, sound devices and ZeroMQ."
EXAMPLES = """\
examples:
  daw-bridge separate song.wav            stems of a file, into ./song/
  daw-bridge serve                        a server for DAWs, Max and Pure Data
  daw-bridge doctor                       what works on this machine, and what is missing
  daw-bridge COMMAND --help               the options of one command, with examples
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line: one sub-command per file in commands/."""
    parser = argparse.ArgumentParser(
        prog="daw-bridge",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"daw-bridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
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
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code (2 for an error, 130 for Ctrl-C)."""
    name = "daw-bridge"
    try:
        args = build_parser().parse_args(argv)
        name = f"daw-bridge {args.command}"
        code: int = args.run(args)
        sys.stdout.flush()
    except (BridgeError, EngineError) as error:
        print(f"{name}: {describe(error)} [{error.code}]", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print(f"{name}: stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    return code

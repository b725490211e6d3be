"""The console command `daw-bridge`: finds the commands, parses, runs one, names its error.

Only `start` is imported above: Ctrl-C is heard before the rest is.
"""

from __future__ import annotations

import sys

from daw_bridge.cli.start import (
    EXIT_ERROR,
    EXIT_INTERRUPTED,
    CtrlC,
    drop_output,
    importing,
    open_streams,
    output_gone,
)

TYPE_CHECKING = False  # `typing` itself takes time to import
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

DESCRIPTION = "Split music into stems: from files, or live through JACK, sound devices and ZeroMQ."
EXAMPLES = """\
examples:
  daw-bridge separate song.wav            stems of a file, into ./song/
  daw-bridge serve                        a server for DAWs, Max and Pure Data
  daw-bridge doctor                       what works on this machine, and what is missing
  daw-bridge COMMAND --help               the options of one command, with examples
"""


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The whole command line: one sub-command per file in commands/; or that of one command.

    One alone starts sooner: what the others need is not imported.
    """
    import argparse

    from daw_bridge import __version__
    from daw_bridge.cli.commands import command_names, load_command

    parser = argparse.ArgumentParser(
        prog="daw-bridge",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"daw-bridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in [only] if only else command_names():
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
    """Run one command line; returns its exit code.

    2 for an error, 130 for Ctrl-C, 141 where the reader of the output has gone (`| head`). Without
    `argv` it is the process: Ctrl-C is silent while it starts, and closed streams are replaced.
    """
    if argv is not None:
        return _run(argv, CtrlC())
    with CtrlC() as ctrl_c:
        open_streams()
        return _run(None, ctrl_c)
    return ctrl_c.exit_code


def _run(argv: Sequence[str] | None, ctrl_c: CtrlC) -> int:
    from daw_bridge.errors import BridgeError, describe
    from engines.errors import EngineError

    name = "daw-bridge"
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        args = build_parser(named(given)).parse_args(given)
        name = f"daw-bridge {args.command}"
        ctrl_c.started()
        code: int = args.run(args)
        sys.stdout.flush()
    except (BridgeError, EngineError) as error:
        return _ended(EXIT_ERROR, f"{name}: {describe(error)} [{error.code}]")
    except KeyboardInterrupt as error:
        code = getattr(error, "exit_code", EXIT_INTERRUPTED)  # of signals.Interrupted
        return _ended(code, "" if importing(error) else f"{name}: stopped")
    except OSError as error:
        gone = output_gone(error)
        if gone is None:
            raise
        return _ended(gone[0], f"{name}: {gone[1]}" if gone[1] else "")
    return code


def named(given: Sequence[str]) -> str:
    """The command that this command line begins with; "" if it does not begin with one."""
    from daw_bridge.cli.commands import command_names

    return given[0] if given and given[0] in command_names() else ""


def _ended(code: int, text: str) -> int:
    """Say why, where anybody still reads it."""
    try:
        if text:
            print(text, file=sys.stderr, flush=True)
    except OSError:
        pass  # standard error is gone, too
    drop_output()
    return code

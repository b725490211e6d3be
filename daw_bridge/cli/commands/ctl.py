"""`daw-bridge ctl`: steers a running server from the command line, and from scripts."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

HELP = "Steer a running server: status, parameters, meters, jobs; for people and scripts."
EXAMPLES = """\
examples:
  daw-bridge ctl status                            what runs, how late, how busy
  daw-bridge ctl set stem/drums/gain -6            drums 6 dB softer, on stream 1
  daw-bridge ctl set refine/steps 4 bypass=0       several at once: all, or none
  daw-bridge ctl set 'stem/*/mute' 0               every stem: a pattern, as in OSC
  daw-bridge ctl get                               every parameter; get NAME prints its value alone
  daw-bridge ctl get 'stem/*/gain' --stream 2
  daw-bridge ctl watch                             meters as bars; in a pipe lines
  daw-bridge ctl watch --json --every 0.5          each message, and meters twice a second
  daw-bridge ctl separate song.wav -o stems --two-stems vocals    with progress; Ctrl-C cancels
  daw-bridge ctl generate --given drums=drums.wav --stems bass -o new
  daw-bridge ctl models
  daw-bridge ctl midi learn stem/drums/gain        the next MIDI controller that moves sets it
  daw-bridge ctl wait --ready-file ports.json && daw-bridge ctl status --ready-file ports.json
  daw-bridge ctl status --server studio.local --curve-dir keys --client laptop
  daw-bridge ctl quit

Parameters: docs/reference/parameters.md. An OSC address (/dawbridge/bypass) will do for a name.
With --json each line is an answer of docs/reference/zeromq.md; errors are lines of type fail.
exit codes: 0 done; 2 an error, also if no server answers within --timeout; 130 Ctrl-C; those of
separate and generate as `daw-bridge separate` has them: 1 a file failed, 3 clipped, 4 only a part
was there.
"""
MODULES = {
    "watch": "Watch meters, load and late blocks: bars on a terminal, lines in a pipe; Ctrl-C ends "
    "it.",
    "separate": "Separate files on the server's disk, with progress; Ctrl-C cancels and leaves "
    "nothing.",
    "generate": "Generate new parts as files on the server's disk, with progress; Ctrl-C cancels "
    "and leaves nothing.",
    "wait": "Wait until the server answers: for scripts that start it.",
}
"""Actions that are more than one question: each a module of daw_bridge/cli/ctl, and its help."""


class Later(argparse.ArgumentParser):
    """A parser whose arguments are declared when they are needed: those of `separate` take time."""

    def __init__(self, *, declare: Callable[[argparse.ArgumentParser], None], **more: Any) -> None:
        super().__init__(**more)
        self._declare = [declare]

    def declared(self) -> Later:
        """Itself, with its arguments."""
        while self._declare:
            self._declare.pop()(self)
        return self

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As its base does."""
        return super(Later, self.declared()).parse_known_args(args, namespace)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions, each with its own arguments; where the server is may stand before or behind."""
    from daw_bridge.cli.ctl.asks import ASKS
    from daw_bridge.cli.ctl.reach import add_flags

    add_flags(parser)
    actions = parser.add_subparsers(dest="ctl", metavar="ACTION", required=True, parser_class=Later)
    for name, one in ASKS.items():
        _add(actions, name, one.help, one.arguments, one.run)
    for name, text in MODULES.items():
        _add(actions, name, text, partial(_declare, name), partial(_run, name))


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    importlib.import_module(f"daw_bridge.cli.ctl.{name}").add_arguments(parser)


def _run(name: str, args: argparse.Namespace) -> int:
    code: int = importlib.import_module(f"daw_bridge.cli.ctl.{name}").run(args)
    return code


def _add(
    actions: argparse._SubParsersAction[Later], name: str, text: str,
    arguments: Callable[[argparse.ArgumentParser], None], act: Callable[[Any], int],
) -> None:  # fmt: skip
    from daw_bridge.cli.ctl.reach import add_flags

    def declare(parser: argparse.ArgumentParser) -> None:
        arguments(parser)
        add_flags(parser)
        parser.set_defaults(act=act)

    actions.add_parser(name, help=text, description=text, allow_abbrev=False, declare=declare)


def run(args: argparse.Namespace) -> int:
    """Do the action; with `--json` an error is a line, too. Raises BridgeError."""
    from daw_bridge.cli.ctl.lines import printing

    with printing(args):
        return _act(args)


def _act(args: argparse.Namespace) -> int:
    import sys

    from daw_bridge.cli.ctl.lines import as_json, say
    from daw_bridge.cli.start import EXIT_ERROR
    from daw_bridge.errors import BridgeError, RemoteError, describe
    from daw_bridge.wire.replies import FailReply

    try:
        code: int = args.act(args)
    except BridgeError as error:
        remote = isinstance(error, RemoteError)
        what = error.remote_code if isinstance(error, RemoteError) else error.code
        text = error.message if isinstance(error, RemoteError) else describe(error)
        if hasattr(args, "json"):
            say(as_json(FailReply(f"ctl {args.ctl}", what, text)))
        if not remote:
            raise
        print(f"daw-bridge ctl {args.ctl}: {text} [{what}]", file=sys.stderr, flush=True)
        return EXIT_ERROR
    return code

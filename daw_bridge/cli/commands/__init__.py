"""One file per command of `daw-bridge`, found by scanning this folder.

A command's module has `HELP` (one line), `EXAMPLES` (lines of shell), `add_arguments(parser)` and
`run(args) -> exit code`. Keep imports at the top of the module light: every command is imported to
build `daw-bridge --help`; load engines, sockets and devices inside `run`.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from typing import Protocol, cast


class Command(Protocol):
    """What a module in this folder has."""

    HELP: str
    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser, /) -> None:
        """Declare the command's options."""

    def run(self, args: argparse.Namespace, /) -> int:
        """Do it; return the exit code. BridgeError and EngineError may leave it."""


def command_names() -> list[str]:
    """Every command, in alphabetical order; a leading underscore hides a file."""
    found = pkgutil.iter_modules(__path__)
    return sorted(one.name for one in found if not one.name.startswith("_"))


def load_command(name: str) -> Command:
    """The module of one command."""
    return cast(Command, importlib.import_module(f"{__name__}.{name}"))

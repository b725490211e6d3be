"""One file per command of `python -m export`, found by scanning this folder.

A command's module has `HELP` (one line), `EXAMPLES` (lines of shell, then what else there is to
know), `add_arguments(parser)` and `run(args) -> exit status`. The command `to-onnx` is the file
`to_onnx.py`. Keep imports at the top of the module light: every command is imported to list them;
import torch and what needs it inside the two functions.
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
        """Do it; return the exit status. ExportError, EngineError and Unfinished may leave it."""


def command_names() -> list[str]:
    """Every command, in alphabetical order; a leading underscore hides a file."""
    found = pkgutil.iter_modules(__path__)
    return sorted(one.name.replace("_", "-") for one in found if not one.name.startswith("_"))


def load_command(name: str) -> Command:
    """The module of one command."""
    return cast(Command, importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))

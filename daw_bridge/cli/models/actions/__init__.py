"""What `daw-bridge models` can do, found by scanning this folder: HELP, add_arguments and run."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol

NAMES = (
    "list", "info", "verify", "compare", "add", "remove", "adopt", "ensemble", "stack", "triton",
)  # fmt: skip
"""In the order of the help."""


class Action(Protocol):
    """One of them."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its options."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code. Raises errors of ours."""
        ...


def action(name: str) -> Action:
    """The module of that name."""
    found: Action = import_module(f"{__name__}.{name}")
    return found

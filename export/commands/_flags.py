"""Flags that several commands have, and options from what was parsed."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any, TypeVar

Options = TypeVar("Options")

#: Where data lie unless it is said.
DATA = Path("data")


def at_least_one(text: str) -> int:
    """A whole number from a command line. Raises argparse.ArgumentTypeError."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}, expected a whole number of at least 1")
    return int(text)


def add_data(parser: argparse.ArgumentParser) -> None:
    """The folders that training data come from."""
    add = parser.add_argument
    add("--cache", type=Path, metavar="DIR", help="real clips: the folder that `clips` made")
    add("--bands", type=Path, metavar="DIR", help="rendered songs: the folder that `render` made")


def add_prepared(parser: argparse.ArgumentParser) -> None:
    """Data that `prepare` made, in place of those that the models of this project learnt from."""
    parser.add_argument("--data", type=Path, metavar="DIR",
        help="songs of your own or a published set: the folder that `prepare` made")  # fmt: skip


def add_library(parser: argparse.ArgumentParser) -> None:
    """What a MIDI library of our own is made with."""
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder of the MIDI library")
    add("--songs", type=int, default=100, metavar="N", help="(default: %(default)s)")
    add("--seed", type=int, default=0, help="(default: %(default)s)")


def options_of(kind: type[Options], args: argparse.Namespace, **more: Any) -> Options:
    """The dataclass `kind` of the arguments that are named as its fields are, lists as tuples.
    What was not given (None) is as the dataclass has it."""
    names = [item.name for item in dataclasses.fields(kind)]  # type: ignore[arg-type]
    given = {name: value for name in names if (value := getattr(args, name, None)) is not None}
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    return kind(**values | more)


def say_skipped(songs: int) -> int:
    """Says how many songs were skipped, if any were; the exit status."""
    if songs:
        print(f"{songs} songs were skipped", file=sys.stderr)
    return 0

"""`python -m export compose`: MIDI songs of our own from nothing but chance."""

from __future__ import annotations

import argparse

from export.commands._flags import add_library, say_skipped

HELP = "Compose MIDI songs of our own, free for any use."
EXAMPLES = """\
examples:
  python -m export compose --out composed --songs 200
  python -m export render --midi composed --sources composed --out bands_free
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, how many, which."""
    add_library(parser)


def run(args: argparse.Namespace) -> int:
    """Make them."""
    from export.data.compose import make_songs

    return say_skipped(make_songs(args.out, args.songs, args.seed))

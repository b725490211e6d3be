"""`python -m export arrangements`: MIDI songs of our own, accompanied by MMA's grooves."""

from __future__ import annotations

import argparse

from export.commands._flags import add_library, say_skipped

HELP = "Make MIDI songs with chords of our own, played by MMA."
EXAMPLES = """\
examples:
  python -m export arrangements --out arrangements --songs 200
  python -m export render --midi arrangements --sources mma --out bands_free

Needs the command mma (Debian: mma).
Finished songs are kept, so a stopped run resumes where it was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, how many, which."""
    add_library(parser)


def run(args: argparse.Namespace) -> int:
    """Make them; those that MMA would not play are passed over."""
    from export.data.arrangements import make_arrangements

    return say_skipped(make_arrangements(args.out, args.songs, args.seed))

"""`python -m export demo-song`: the song that `daw-bridge demo` separates."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Make the song that `daw-bridge demo` separates."
EXAMPLES = """\
example:
  python -m export demo-song --soundfont FluidR3_GM.sf2 -o daw_bridge/demo/song.ogg --stems stems
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What plays it, and where to."""
    add = parser.add_argument
    add("--soundfont", type=Path, required=True, help="a General MIDI SoundFont")
    add("-o", "--out", type=Path, default=Path("daw_bridge/demo/song.ogg"),
        help="(default: %(default)s)")  # fmt: skip
    add("--stems", type=Path, metavar="DIR", help="also write the true stems here (FLAC)")


def run(args: argparse.Namespace) -> int:
    """Write the song."""
    from export.studies.demo_song import compose, write

    write(compose(args.soundfont), args.out, args.stems)
    return 0

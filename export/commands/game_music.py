"""`python -m export game-music`: recorded music without singing, as accompaniments for `song`."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Put music of games from Debian's packages into the cache for training."
EXAMPLES = """\
examples:
  python -m export game-music --cache cache
  python -m export game-music --packages packages --cache cache

Tracks that are in the cache are skipped; each has a track.json that names package and licence.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from and where to."""
    holds = "folder of unpacked packages, one folder each (default: %(default)s, installed ones)"
    add = parser.add_argument
    add("--packages", type=Path, default=Path("/"), metavar="DIR", help=holds)
    add("--cache", type=Path, required=True, metavar="DIR", help="the cache that clips makes")


def run(args: argparse.Namespace) -> int:
    """Copy the tracks; say how many hours of which licence there are."""
    from export.data.game_music import copy_track, find_tracks, summary

    tracks = find_tracks(args.packages)
    new = sum(copy_track(track, args.cache) for track in tracks)
    print(f"{summary(tracks)}\n{new} tracks new in {args.cache}")
    return 0

"""`python -m export equalisers`: the fixed equaliser of each tag, measured over songs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from export.commands._flags import at_least_one

if TYPE_CHECKING:
    from export.data.tag_windows import TagWindow

HELP = "Measure a fixed equaliser for each tag over songs that were rendered by tags."
EXAMPLES = """\
examples:
  python -m export equalisers --bands tags -o equalisers.json
  python -m export masks runs/shares/best.pt --start equalisers.json -o masks.onnx
  python -m export evaluate-tags --bands tags --equalisers equalisers.json -o tags.json

Of each song the window in which most parts sound. A tag's gain in a bin is the mean, over the songs
that have it, of the gain that brings the mix nearest to it. What separates by tags must be better
than this.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which songs."""
    add = parser.add_argument
    add("--bands", type=Path, required=True, metavar="DIR", help="songs of `render --by tags`")
    add("--split", default="train", choices=("train", "valid"), help="(default: %(default)s)")
    add("-o", "--output", type=Path, required=True, metavar="JSON", help="the file to write")
    add("--seconds", type=float, default=30.0, help="of each song (default: %(default)s)")
    add("--limit", type=at_least_one, metavar="N", help="only the first N songs")


def run(args: argparse.Namespace) -> int:
    """Measure and write."""
    from tqdm import tqdm

    from export.data.equalising import measured
    from export.data.tag_windows import rendered_windows

    windows = rendered_windows(args.bands, args.split, args.seconds, 0, args.limit)
    heard = []

    def counted() -> Iterator[TagWindow]:
        for window in tqdm(windows, unit="song", disable=None):
            heard.append(window.song)
            yield window

    found = measured(counted())
    found.save(args.output)
    print(f"{args.output}: {len(found.gains)} tags of {len(heard)} songs")
    print(", ".join(f"{tag} {found.songs[tag]}" for tag in found.gains))
    return 0

"""`python -m export level`: how loud a network expects music, and what louder or quieter costs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from export.studies.level import Row

HELP = "Measure how loud music is to a model, and what a louder or quieter input costs."
EXAMPLES = """\
examples:
  python -m export level song --songs valid --card level.json
  python -m export card engines/models/song.onnx level.json
  python -m export level song --songs valid --gains=-60,-24,24
  python -m export level engines/models/song.onnx --songs valid --check
  python -m export level query.onnx --songs valid --tags drums,bass,vocals,other --check

The first writes what a model's card states as `level_db`, the second puts it there. The third
compares stems with those of the same model without a level, at the songs' own: SI-SDR, in dB.
The last says whether the model may be shipped (exit code 0): at 40 dB below and 12 dB above the
songs' own level no stem's SI-SDR changes by more than 0.1 dB in any song, and none loses more than
0.2 dB to the level at their own, mean over songs. Every stem must be heard in one song at least.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A model, songs, and what is asked of them."""
    add = parser.add_argument
    add("model", help="a model's name or file")
    add("--songs", type=Path, required=True, metavar="DIR", help="folders of songs, by stem")
    add("--seconds", type=float, metavar="S", help="a window of each song (default: all of it)")
    add("--limit", type=int, metavar="N", help="the first N songs")
    add("--card", type=Path, metavar="JSON", help="write the songs' level there, for `card`")
    add("--gains", type=_numbers, default=(), metavar="DB,...", help="what to turn the songs by")
    add("--check", action="store_true", help="pass or fail, at the levels that models must bear")
    add("--preset", default="offline", help="(default: %(default)s)")
    add("--steps", type=int, metavar="N", help="(default: the preset's)")
    add("--tags", metavar="TAGS", help="of a model that listens to tags, which it is asked for, as "
        "drums,bass (default: those that files of the songs are called by)")  # fmt: skip


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def run(args: argparse.Namespace) -> int:
    """Measure; write or print."""
    from engines.load import load_model
    from export.studies import level

    model = level.asked(load_model(args.model), args.songs, args.tags)
    clips = level.clips_of(args.songs, model, args.seconds, args.limit)
    found = level.usual_level_db(clips, model.spec.rate_hz)
    print(f"{len(clips)} songs have a level of {found:g} dBFS RMS; {args.model} states "
          f"{model.spec.level_db}")  # fmt: skip
    if args.card:
        args.card.write_text(json.dumps({"level_db": found}) + "\n", "utf-8")
    if args.gains:
        _show(model.spec.stems, level.table(model, clips, args.preset, args.steps, args.gains))
    if not args.check:
        return 0
    rows = level.checked(model, clips, args.preset, args.steps)
    _show(model.spec.stems, rows)
    faults = level.faults(rows, model.spec.stems)
    print(f"{args.model}: " + ("FAIL: " + "; ".join(faults) if faults else "pass"))
    return 1 if faults else 0


def _show(stems: tuple[str, ...], rows: Sequence[Row]) -> None:
    print("| " + " | ".join(("", *stems)) + " |")
    print("|---" * (1 + len(stems)) + "|")
    for row in rows:
        print("| " + " | ".join((row.what, *(f"{gain:+.2f}" for gain in row.gains_db))) + " |")

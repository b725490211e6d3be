"""`daw-bridge models compare`: two models over the same songs, with true stems or without."""

from __future__ import annotations

import argparse
from pathlib import Path

from daw_bridge.cli.flags import add_flags
from daw_bridge.files.options import job_parameter

HELP = "Compare two models over the songs of a folder, with true stems or without."
JOB = ("refine/steps", "device", "threads")
"""What separate's options both models get."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A, B, --songs, and how much of them."""
    add = parser.add_argument
    add("first", metavar="A", help="A model: a name from `models list`, or a path.")
    add("second", metavar="B", help="Another one.")
    add("--songs", type=Path, required=True, metavar="DIR",
        help="A folder of songs. A song is an audio file, or a folder of true stems: drums.wav, "
        "bass.flac and so on. Every audio file in it is a stem; mix.wav or mixture.wav is the mix, "
        "which otherwise is their sum.")  # fmt: skip
    add("--seconds", type=_above_zero, default=0.0, metavar="N",
        help="Only so many seconds from the middle of each song. Default: all of it.")  # fmt: skip
    add("--limit", type=_count, default=0, metavar="N",
        help="Only the first N songs by name. Default: all.")  # fmt: skip
    add("--plot", type=Path, metavar="FILE.png",
        help="Draw the first song: spectrograms of both models' stems side by side, up to 20 s "
        "from its middle. Needs matplotlib.")  # fmt: skip
    add("--json", action="store_true", help="Print JSON, with the figures of each song.")
    add_flags(parser, [job_parameter(name) for name in JOB])


def run(args: argparse.Namespace) -> int:
    """Compare them; 1 where a song could not be. Raises BridgeError, EngineError.

    Ctrl-C ends it without a table; a picture that is drawn stays.
    """
    from daw_bridge.cli.models.comparing.summary import summary
    from daw_bridge.cli.models.comparing.texts import as_json, text
    from daw_bridge.cli.models.comparing.work import Asked, Told, compare
    from daw_bridge.cli.signals import StopSignals
    from daw_bridge.files.runner import cores

    steps = getattr(args, job_parameter("refine/steps").key)
    asked = Asked(
        (args.first, args.second), args.songs, (("refine/steps", steps),), args.device,
        cores(args.threads), args.seconds, args.limit, args.plot,
    )  # fmt: skip
    with StopSignals(raising=True):
        found = compare(asked, Told())
    if found.songs:
        whole = summary(found.songs)
        if args.json:
            print(as_json(whole, found.songs, found.labels, found.failed))
        else:
            print(text(whole, found.labels))
    return 1 if found.failed else 0


def _above_zero(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r}, expected a number above 0")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}, expected a whole number from 1 on")
    return int(text)

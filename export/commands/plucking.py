"""`python -m export plucking`: a MIDI file becomes guitar audio; `render` runs it as a process."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Play a MIDI file with a physical model of a guitar."
EXAMPLES = """\
example:
  python -m export plucking in.mid out.wav export/data/instruments/nylon_guitar.dsp --timbre 3

Needs DawDreamer: pip install '.[guitars]'.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is played, and how."""
    add = parser.add_argument
    add("midi", type=Path)
    add("wav", type=Path)
    add("instrument", type=Path, help="a Faust program of export/data/instruments")
    add("--rate-hz", type=float, default=44100.0, help="(default: %(default)g)")
    add("--timbre", type=int, default=0, help="seed of the sound (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Write the WAV file."""
    from export.data.plucking import play

    play(args.midi, args.wav, args.instrument, args.rate_hz, args.timbre)
    return 0

"""`python -m export wavetable`: a MIDI file becomes audio; `render` runs it as a process."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Play a MIDI file with Sonivox."
EXAMPLES = """\
example:
  python -m export wavetable in.mid out.wav export/data/instruments/sonivox.eas --reverb 0.3

Needs the library Sonivox (Debian: libsonivox3).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is played, and how."""
    add = parser.add_argument
    add("midi", type=Path)
    add("wav", type=Path)
    add("bank", type=Path, help="a file that holds the library's name")
    add("--rate-hz", type=float, default=44100.0, help="(default: %(default)g)")
    add("--reverb", type=float, default=0.0, help="level 0 to 1 (default: %(default)g)")


def run(args: argparse.Namespace) -> int:
    """Write the WAV file."""
    from export.data.wavetable import play

    play(args.midi, args.wav, args.bank.read_text().strip(), args.rate_hz, args.reverb)
    return 0

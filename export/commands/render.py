"""`python -m export render`: multi-track MIDI becomes aligned stems."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import options_of, say_skipped

HELP = "Render multi-track MIDI to aligned stems, with SoundFonts."
EXAMPLES = """\
examples:
  python -m export render --midi composed --sources composed --out bands --hours 5
  python -m export render --midi midi/ --out bands --split test --hours 0.25 \\
      --min-seconds 60 --max-seconds 90 --whole-band
  python -m export render --midi midi/ --out bands --hours 5 --rate-jitter 0.08
  python -m export render --midi midi/ --out bands_free --sources freedoom
  python -m export render --by tags --midi midi/ --out tags --hours 1.5
  python -m export licences bands_free            what the songs' licences allow

Finished songs are skipped, so a stopped run resumes where it was.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is rendered, and how it varies."""
    from export.data.soundfonts import TRAINING

    add = parser.add_argument
    add("--midi", type=Path, required=True,
        help="folder of MIDI files with an index.jsonl (`compose` and `arrangements` make one), or "
        "an archive of it")  # fmt: skip
    add("--out", type=Path, required=True, help="folder for the rendered songs")
    add("--by", choices=("stems", "tags"), default="stems",
        help="what a song's files are: drums, bass, guitar, piano and other; or a file for each "
        "family of instruments, the drum kit in parts, for networks that listen to tags "
        "(default: %(default)s)")  # fmt: skip
    add("--hours", type=float, default=5.0, help="hours of audio wanted in all (default: 5)")
    add("--split", choices=("train", "valid", "test"), default="train",
        help="'test' is rendered with a SoundFont that no other split hears")  # fmt: skip
    add("--seed", type=int, default=0,
        help="another one gives other performances, beside those of 0")  # fmt: skip
    add("--rate-jitter", type=float, default=0.0, metavar="X",
        help="render at 44100*(1+-X) Hz and label it 44100 (default: 0)")  # fmt: skip
    add("--min-seconds", type=float, default=60.0, help="shortest excerpt (default: 60)")
    add("--max-seconds", type=float, default=150.0, help="longest excerpt (default: 150)")
    add("--whole-band", action="store_true",
        help="only songs where drums, bass, guitar and piano all play")  # fmt: skip
    add("--transpose", type=int, default=2, metavar="N",
        help="up to N semitones up or down, not in 'test' (default: %(default)s)")  # fmt: skip
    add("--tempo-jitter", type=float, default=0.0, metavar="X",
        help="play up to X faster or slower at the same pitch (default: 0)")  # fmt: skip
    add("--recast", type=float, default=0.0, metavar="P",
        help="chance that a part goes to a piano, a guitar or another (default: 0)")  # fmt: skip
    add("--sources", nargs="+", default=[], metavar="NAME",
        help="only songs of these sources of the MIDI library, e.g. freedoom")  # fmt: skip
    add("--soundfonts", nargs="+", default=[], metavar="NAME",
        help=f"of {', '.join(Path(f.file).stem for f in TRAINING)} (default: the installed ones "
        "that are free for any use and need not be named); 'test' has its own")  # fmt: skip
    add("--jobs", type=int, default=1, help="songs rendered at a time (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Render until the hours are there."""
    from export.data.midi import MidiLibrary
    from export.data.render import RenderOptions, render_song, render_split, require_synthesisers
    from export.data.tag_songs import render_tags

    make = render_tags if args.by == "tags" else render_song
    options = options_of(RenderOptions, args)
    require_synthesisers(options)
    return say_skipped(
        render_split(MidiLibrary(args.midi), args.out, options, args.hours, args.jobs, make)
    )

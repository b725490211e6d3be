"""`daw-bridge generate`: new parts out of nothing, or to stems that you have."""

from __future__ import annotations

import argparse
from pathlib import Path

from daw_bridge.cli.flags import add_flags
from daw_bridge.files.generated.options import GENERATE_PARAMETERS, generate_groups
from daw_bridge.settings.values import Values

HELP = "Generate new parts: alone, or to stems that you have."
EXAMPLES = """\
examples:
  daw-bridge generate --stems bass,drums,piano --seconds 12 -o out
                                                     out/generated_bass.wav, ...: they fit together
  daw-bridge generate --given drums=drums.wav --stems bass,piano -o band
                                                     a bass and a piano to these drums
  daw-bridge generate --given drums=drums.wav --stems bass --seed 7 -o take-7      another take
  daw-bridge generate --stems bass+drums,piano -o duo        bass and drums in one file
  daw-bridge generate --seconds 3:00 --rate 48000 --format flac -o song
  daw-bridge generate --stems bass --seed 7 -o take-7 --resume        made once, then kept
  daw-bridge generate --stems piano --guidance 2 -o clearer  more like a piano, and less alive
  daw-bridge generate --stems bass --json -o bass            one JSON object per line on stdout

A diffusion model makes the parts out of noise, all at once, so that they belong together. The files
are aligned with each other and with what was given, and as long as --seconds says. Longer ones are
made window after window, each of which goes on from the last; memory does not grow. The same seed
gives the same samples on the CPU.

What is generated is called so: files are generated_NAME, their tags and daw-bridge.json say it,
and no folder of separated stems is written into. A note says how much of each given stem is in each
new one (leak, in dB). Nothing is overwritten without --force, and an interrupted or failed run
leaves no files: with --resume the same command makes what is missing or was made otherwise, whole,
and keeps what is there.

exit codes: 0 done; 1 failed; 2 nothing was started; 3 done, but an integer format clipped samples,
or a lossy file is above 0 dBFS; 130, 143, 129 stopped by Ctrl-C, SIGTERM, SIGHUP.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and the options of a job that generates."""
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("generated"), metavar="DIR",
        help="Folder that gets the files. Default: generated.",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="Report as JSON, one object per line.")
    for title, rows in generate_groups():
        add_flags(parser, rows, title)


def run(args: argparse.Namespace) -> int:
    """Generate; the exit code is explained in EXAMPLES."""
    from daw_bridge.cli.generate_files import generate_files
    from daw_bridge.files.generated.request import generate_request_from

    return generate_files(generate_request_from(args.output, _options(args)), as_json=args.json)


def _options(args: argparse.Namespace) -> Values:
    given = [(one, getattr(args, one.key)) for one in GENERATE_PARAMETERS]
    return tuple(
        (one.name, value) for one, values in given for value in (values if one.many else [values])
    )

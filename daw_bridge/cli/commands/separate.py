"""`daw-bridge separate`: files in, stems out."""

from __future__ import annotations

import argparse
from pathlib import Path

from daw_bridge.cli.flags import add_flags
from daw_bridge.files.audio.readable import readable
from daw_bridge.files.options import JOB_PARAMETERS, job_groups
from daw_bridge.files.places import place_of
from daw_bridge.files.pools.options import HUNG_AFTER, JOBS, POOL, POOL_PARAMETERS
from daw_bridge.settings.values import Values

HELP = "Separate audio files into stems, one folder per song."
EXAMPLES = """\
examples:
  daw-bridge separate song.wav                        ./song/drums.wav, bass.wav, ...
  daw-bridge separate *.flac -o stems --format flac-24
  daw-bridge separate song.wav --format mp3 --name '{song} {stem}'
  daw-bridge separate album -o stems                  every audio file of a folder
  daw-bridge separate music --recursive -o stems      and of the folders in it
  daw-bridge separate music -r -o stems --resume      goes on where it stopped
  daw-bridge separate music -r -o stems --jobs 4      four songs at a time
  daw-bridge separate s3://b/music -r -o s3://b/stems --resume --pool ray://head:10001
  daw-bridge separate song.wav --steps 64             more refinement, more time
  daw-bridge separate song.wav --stems vocals         vocals.wav, and residual.wav: all the rest
  daw-bridge separate song.wav --two-stems vocals     vocals.wav and instrumental.wav
  daw-bridge separate song.wav --minus drums          no_drums.wav alone, to play along
  daw-bridge separate song.wav --start 1:02.5 --end 1:30
  daw-bridge separate song.wav --known drums=kit.wav  the other stems, given these drums
  daw-bridge separate film.wav --pairs 1-2,3,4,5-6    six channels
  ffmpeg -i film.mkv -f wav - | daw-bridge separate - --minus vocals -o - | mpv -
  daw-bridge separate song.wav --json                 one JSON object per line on stdout

The files always sum to the mix (in float formats to better than -100 dBFS): whatever no stem claims
is in residual.wav, or is added to a stem with --residual-to. Stems have the input's rate, channels
and length. A known stem shorter than the mix is padded with silence, a longer one is cut; a note
says so. Nothing is overwritten without --force, and an interrupted or failed run leaves no files.

exit codes: 0 all done; 1 at least one file failed, the others are done; 2 nothing was started;
3 all done, but an integer format clipped samples, or a lossy file is above 0 dBFS; 4 all done, but
a file was truncated or damaged, and what is there was separated (--partial); 130, 143, 129 stopped
by Ctrl-C, SIGTERM, SIGHUP; 141 the reader of the output (such as head) has gone.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILES, where to, and the options of an offline job."""
    parser.usage = "%(prog)s [options] FILE [FILE ...]"
    parser.add_argument(
        "files", nargs="+", type=place_of, metavar="FILE",
        help="Audio file to separate, or a folder of them; - is standard input. With --pool also "
        f"the URL of one. Read here: {readable()}.",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", type=place_of, default=Path(), metavar="DIR",
        help="Folder that gets one folder per song. Default: the current one. With - the one file "
        "that is made (--minus, stem.mp4) goes to standard output, and all messages to standard "
        "error.",
    )  # fmt: skip
    parser.add_argument(
        "-r", "--recursive", action="store_true",
        help="Also the folders in a folder; the stems lie in folders of the same names.",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="Report as JSON, one object per line.")
    for title, rows in job_groups():
        add_flags(parser, rows, title)
    add_flags(parser, POOL_PARAMETERS, "many songs at a time", only_given=True)


def run(args: argparse.Namespace) -> int:
    """Separate every file; the exit code is explained in EXAMPLES."""
    from daw_bridge.cli.crew import Hands
    from daw_bridge.cli.separate_files import separate_files

    hung_s = float(getattr(args, HUNG_AFTER.key, HUNG_AFTER.default))
    hands = Hands(getattr(args, JOBS.key, None), getattr(args, POOL.key, ""), hung_s)
    return separate_files(
        args.files, args.output, _options(args), as_json=args.json, recursive=args.recursive,
        hands=hands,
    )  # fmt: skip


def _options(args: argparse.Namespace) -> Values:
    given = [(one, getattr(args, one.key)) for one in JOB_PARAMETERS]
    return tuple(
        (one.name, value) for one, values in given for value in (values if one.many else [values])
    )

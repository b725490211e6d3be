"""`python -m export evaluate-tags`: what separators by tags reach, beside what costs nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from export.commands._flags import at_least_one

if TYPE_CHECKING:
    from export.data.tag_windows import TagWindow
    from export.scores.tagged import Done
    from export.scores.tagged_systems import System

HELP = "Score models that separate by tags, beside a volume knob, equalisers and the oracle."
EXAMPLES = """\
examples:
  python -m export equalisers --bands tags -o equalisers.json
  python -m export evaluate-tags query.onnx band --bands tags --split test \\
      --equalisers equalisers.json --peers oracle hpss repet_sim -o runs/tags.json
  python -m export evaluate-tags masks.onnx masks.onnx@query.onnx --steps 1 10 20 --together \\
      --bands tags --split valid --equalisers equalisers.json -o runs/masks.json
  python -m export evaluate-tags query.onnx --clips cache --split test -o runs/clips.json

One window of each song, in which most parts sound; each tag that is there is asked for, and some
that are not. Silence, a quarter of the mix and the mix at its best gain are always scored. A model
without tags answers those that are called like its stems; MODEL@OTHER are masks steered from what
OTHER makes. Choose on `valid`, score `test` once. Means are over songs, with 95 % intervals by
bootstrap over songs. Writes JSON, from which `card` fills a model's card, with Markdown tables
beside it; finished songs are kept in a file .runs, so the same command goes on after Ctrl-C.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Models, songs, and what they are held against."""
    from export.scores.peers import names

    add = parser.add_argument
    add("models", nargs="*", metavar="MODEL", help="files, names, or MODEL@OTHER")
    add("-o", "--output", type=Path, required=True, metavar="JSON", help="results")
    songs = parser.add_mutually_exclusive_group(required=True)
    songs.add_argument("--bands", type=Path, metavar="DIR", help="songs of `render --by tags`")
    songs.add_argument("--clips", type=Path, metavar="DIR", help="the cache of `clips` instead")
    add("--split", default="test", choices=("train", "valid", "test"),
        help="(default: %(default)s)")  # fmt: skip
    add("--seconds", type=float, default=10.0, help="of a window (default: %(default)s)")
    add("--limit", type=at_least_one, metavar="N", help="only the first N songs")
    add("--absent", type=int, default=3, metavar="N",
        help="tags asked for in each song that are not there (default: %(default)s)")  # fmt: skip
    add("--equalisers", type=Path, metavar="JSON", help="of `python -m export equalisers`")
    add("--peers", nargs="*", default=["oracle"], choices=[n for n in names() if n in PEERS],
        help="(default: oracle)")  # fmt: skip
    add("--steps", nargs="+", type=at_least_one, metavar="N",
        help="of steered models (default: their own)")  # fmt: skip
    add("--together", action="store_true",
        help="ask for all tags of a song that are no groups in one request")  # fmt: skip
    add("--museval", action="store_true", help="museval's SDR, too")
    add("--against", action="append", default=[], metavar="SYSTEM",
        help="pair with this one, too, as it is called in the table")  # fmt: skip
    add("--threads", type=at_least_one, default=1, metavar="N", help="(default: 1)")


PEERS = ("oracle", "hpss", "repet_sim")


def run(args: argparse.Namespace) -> int:
    """Score what is missing, then write all."""
    from export.common.errors import UsageError
    from export.common.files import replacing
    from export.scores.tagged import report
    from export.scores.tagged_systems import BEST_GAIN, EQUALISER
    from export.scores.tagged_text import markdown

    systems = _systems(args)
    names = [one.name for one in systems]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{', '.join(twice)} twice", "systems of different names", "rename a file")
    if unknown := sorted(set(args.against) - set(names)):
        seen = f"--against {', '.join(unknown)}"
        raise UsageError(seen, f"some of {', '.join(names)}", "write it as it is there")
    done = _done(args, systems)
    if not done:
        raise UsageError("songs without a tag to ask for", "parts that can be heard", "others")
    shown = [name for name in names[-len(_models(args)) :] if args.models]
    against = (BEST_GAIN, EQUALISER, *args.against)
    found = report(done, against, shown, "clips" if args.clips else "rendered")
    text = markdown(found, shown)
    with replacing(args.output) as temporary:
        temporary.write_text(json.dumps(found, indent=1), "utf-8")
    with replacing(args.output.with_suffix(".md")) as temporary:
        temporary.write_text(text, "utf-8")
    print(text)
    return 0


def _models(args: argparse.Namespace) -> list[tuple[str, int | None]]:
    """Each model with each number of steps, where it has some."""
    from engines.load import find_model, read_spec

    found: list[tuple[str, int | None]] = []
    for text in args.models:
        spec = read_spec(find_model(text.partition("@")[0]))
        steered = spec.steering is not None or spec.refines
        found += [(text, steps) for steps in (args.steps if args.steps and steered else [None])]
    return found


def _systems(args: argparse.Namespace) -> list[System]:
    from export.common.equaliser import load_equalisers
    from export.scores import tagged_systems as made

    equalisers = None if args.equalisers is None else load_equalisers(args.equalisers)
    found = made.trivial(equalisers) + [made.peer(name) for name in args.peers]
    return found + [made.model(text, steps, args.threads) for text, steps in _models(args)]


def _windows(args: argparse.Namespace) -> Iterator[TagWindow]:
    from export.data.tag_windows import clip_windows, rendered_windows

    if args.clips is not None:
        return clip_windows(args.clips, f"clips/{args.split}", args.seconds, args.limit)
    return rendered_windows(args.bands, args.split, args.seconds, args.absent, args.limit)


def _done(args: argparse.Namespace, systems: list[System]) -> list[Done]:
    """System after system, as they are in the tables; songs are read one at a time."""
    from tqdm import tqdm

    from export.scores.tagged import Kept, run

    folder = args.clips or args.bands
    how = f"{folder.absolute()} {args.split} {args.seconds:g} s, {args.absent} absent, " + (
        f"together {args.together}, museval {args.museval}"
    )
    kept = Kept(args.output.with_suffix(".runs"), how)
    found: dict[str, list[Done]] = {system.name: [] for system in systems}
    for window in tqdm(_windows(args), unit="song", disable=None):
        for system in systems:
            done = kept.get(system, window.song)
            if done is None:
                done = run(system, window, args.together, args.museval)
                kept.add(system, done)
            found[system.name].append(done)
    return [done for some in found.values() for done in some]

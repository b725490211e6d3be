"""`python -m export compare`: variants trained and scored under equal conditions."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import DATA, add_data, at_least_one, options_of
from export.common.errors import UsageError

HELP = "Train, export and score variants under equal conditions."
EXAMPLES = """\
examples:
  python -m export compare --cache cache --bands bands --out runs/compare
  python -m export compare --cache cache --bands bands --out runs/compare --only 'm_unet-*' oh
  python -m export compare --list
  python -m export compare --cache cache --bands bands --out try --steps 3 --limit 2

The variants are in export/studies/comparison/variants.toml (--variants takes another file): the
same data, seed, batch and number of steps for all. Each is trained, exported to ONNX and scored
through the engine on the test clips of MUSDB18-7 (museval SDR, plain SDR, beside the best of mix,
mix/4 and silence), and its costs are measured: parameters, processor seconds of a training step
(data are made by a second process), seconds per second of audio of the graph alone and of the
engine. After each variant OUT/table.md and OUT/table.json are written anew, with all that is done
of the list.

Ctrl-C saves; the same command resumes and repeats nothing that is finished. A variant that changes
gets a new folder in OUT/runs; delete a folder to have it done again.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which variants, on what, scored how."""
    from export.studies.comparison.variants import DEFAULT

    add = parser.add_argument
    add("--variants", type=Path, default=DEFAULT, metavar="TOML",
        help="a file of variants, instead of the project's own")  # fmt: skip
    add("--only", nargs="+", default=[], metavar="NAME", help="these variants; * and ? match")
    add("--list", action="store_true", help="only say what there is to train")
    add_data(parser)
    add("--data", type=Path, default=DATA, metavar="DIR",
        help="folder with musdb18-7/test, or that `prepare --test` made of MUSDB18-7 "
        "(default: %(default)s)")  # fmt: skip
    add("--songs", type=Path, metavar="DIR", help="another folder of test songs")
    add("--out", type=Path, metavar="DIR", help="runs and table")
    add("--steps", type=int, help="training steps of every variant, instead of the file's")
    add("--seed", type=int, help="of weights, masks and data, instead of the file's")
    add("--limit", type=int, metavar="N", help="only the first N test songs")
    add("--gibbs", nargs="+", type=at_least_one, default=[1, 4], metavar="N",
        help="Gibbs steps of conditional variants (default: 1 4)")  # fmt: skip
    add("--threads", nargs="+", type=at_least_one, default=[1, 2], metavar="N",
        help="compute threads to time the graph with (default: 1 2)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print the list, or do what is in it and print the table; 1 where a variant failed."""
    from export.studies.compare import CompareOptions, compare
    from export.studies.comparison.variants import chosen, load

    changes = {key: getattr(args, key) for key in ("steps", "seed")}
    variants = load(args.variants, {k: v for k, v in changes.items() if v is not None})
    variants = chosen(variants, args.only)
    if args.list:
        print("\n".join(f"{v.name:28} {v.parameters():>12,}  {v.about}" for v in variants))
        return 0
    if args.bands is None or args.out is None:
        raise UsageError("something to train", "--bands and --out", "give both, or --list")
    rows = compare(variants, options_of(CompareOptions, args))
    print((args.out / "table.md").read_text("utf-8"))
    return 1 if any("error" in row for row in rows) else 0

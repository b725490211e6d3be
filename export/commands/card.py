"""`python -m export card`: licence, training and figures inside a model file."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Print a model's card, or fill it from JSON files."
EXAMPLES = """\
examples:
  python -m export card engines/models/song.onnx
  python -m export card engines/models/song.onnx training.json results.json

Each JSON file may hold any of
  {"licence": "...", "training": "...", "steps_gain": "...", "residual_to": "other" or null,
   "level_db": -17.5 or null, "figures": [["stem", "SDR", ...], ["drums", 5.1, ...], ...]}
and anything else, which is ignored: the results of `evaluate` are such files. Later files win, but
figures with the same header are joined.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A model and its cards."""
    parser.add_argument("model", type=Path, help="an exported .onnx file")
    parser.add_argument("cards", type=Path, nargs="*", metavar="JSON", help="files to fill it from")


def run(args: argparse.Namespace) -> int:
    """Fill it if there is something to fill it from, and print it."""
    from engines.load import read_spec
    from export.graphs.card import show, write_card

    print(show(write_card(args.model, args.cards) if args.cards else read_spec(args.model)))
    return 0

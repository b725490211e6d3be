"""`python -m export tagger`: a music tagger, published or our own, becomes an ONNX file."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Export a music tagger to one ONNX file: published weights, or our own tagger."
EXAMPLES = """\
examples:
  python -m export tagger mtat_fcn best_model.pth -o mtat_fcn.onnx
  python -m export tagger jamendo_musicnn best_model.pth -o jamendo_musicnn.onnx
  python -m export tagger shares runs/shares/best.pt -o shares.onnx      of train --setup shares

Names: mtat_ or jamendo_, the data it was trained on, and fcn or musicnn. 16 kHz mono in, a
probability for each of 50 tags out; the mel spectrogram is inside. `shares` says how much of the
energy each tag has: the mean over a call, and an answer for every quarter of a second. Of the file
of weights only numbers are read. The graph is written only if it computes what the network does.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which tagger, from where, to where."""
    from export.graphs.tagger import TOLERANCE

    add = parser.add_argument
    add("name", help="mtat_fcn, mtat_musicnn, jamendo_fcn, jamendo_musicnn or shares")
    add("weights", type=Path, help="the published file, .pth, or a checkpoint")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    add("--samples", type=int, default=0, metavar="N",
        help="that one call hears (default: 29 s for fcn, 3 s for musicnn, 4.1 s for "
        "shares)")  # fmt: skip
    add("--tolerance", type=float, default=TOLERANCE, metavar="D",
        help="largest difference of a probability (default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Load, export, compare, write."""
    from export.graphs.tagger import load_tagger, write_tagger

    tagger = load_tagger(args.name, args.weights, args.samples)
    found = write_tagger(tagger, args.output, args.tolerance)
    size = args.output.stat().st_size / 1e6
    print(f"largest difference: {found:.2e}")
    print(f"{args.output}: {size:.2f} MB, {len(tagger.tags)} tags, {tagger.samples} samples a call")
    return 0

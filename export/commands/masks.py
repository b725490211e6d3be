"""`python -m export masks`: our own tagger becomes a model whose masks are steered by it."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import options_of

HELP = "Make a model whose masks are steered by our own tagger, all stems at once."
EXAMPLES = """\
examples:
  python -m export masks runs/shares/best.pt -o masks.onnx
  python -m export masks runs/shares/best.pt --start equalisers.json -o masks.onnx
  python -m export masks runs/shares/best.pt --steps 15 --rate 0.05 --smooth 2,0.5 -o smooth.onnx
  daw-bridge separate song.wav --model masks.onnx --tags flute,drums

The variable is a softmax over the masks of all stems that are asked for and of the rest, moved by
Adam until the tagger of `train --setup shares` hears in each stem its own tags, and nothing of them
in the rest. Masks begin even, or as the equalisers of `python -m export equalisers`. The file is
written only if its gradient agrees with torch's, step by step.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tagger, and how masks are steered."""
    from export.graphs.steering.masks import MOST_STEPS, MaskOptions

    usual, add = MaskOptions(), parser.add_argument
    add("checkpoint", type=Path, help="a tagger's, of `train --setup shares`")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    add("--start", type=Path, metavar="JSON", help="equalisers that masks begin as (default: even)")
    add("--seconds", type=float, default=usual.seconds, help="of a window (default: %(default)s)")
    add("--rate-hz", type=int, default=usual.rate_hz, metavar="HZ",
        help="of the audio; what lies above half of it is in the residual "
        "(default: %(default)s)")  # fmt: skip
    add("--fft", type=int, default=usual.fft, help="of the masks (default: %(default)s)")
    add("--steps", type=int, default=usual.steps,
        help=f"at most {MOST_STEPS} (default: %(default)s)")  # fmt: skip
    add("--rate", type=float, default=usual.rate, help="Adam's (default: %(default)s)")
    add("--smooth", type=_weights, default=usual.smooth, metavar="TIME,BINS",
        help="weights of how much masks change from frame to frame and from bin to bin "
        "(default: 1,1)")  # fmt: skip
    add("--licence", default="", help="said by `daw-bridge models info`")
    add("--cosine", type=float, default=usual.cosine, help="least, of the gradients of graph and "
        "torch (default: %(default)s)")  # fmt: skip


def _weights(text: str) -> tuple[float, float]:
    time, _, bins = text.partition(",")
    found = float(time), float(bins or time)
    if not min(found) >= 0:
        raise argparse.ArgumentTypeError(f"{text!r}, expected weights of at least 0")
    return found


def run(args: argparse.Namespace) -> int:
    """Make, compare, write."""
    from export.common.equaliser import load_equalisers
    from export.graphs.steering.masks import MaskOptions, make
    from export.graphs.tagger import load_shares

    equalisers = None if args.start is None else load_equalisers(args.start)
    tagger = load_shares(args.checkpoint)
    made = make(tagger, equalisers, args.output, options_of(MaskOptions, args))
    worst, size = made.worst, args.output.stat().st_size / 1e6
    print(f"gradients: least cosine {worst.cosine:.8f} (torch in float32: "
          f"{worst.torch_cosine:.8f}); the rest differs by at most "
          f"{worst.difference:.1e}")  # fmt: skip
    print(f"{args.output}: {size:.2f} MB, {made.spec.offline.window_samples} samples a window, "
          f"{len(tagger.tags)} tags")  # fmt: skip
    return 0

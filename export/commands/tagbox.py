"""`python -m export tagbox`: an autoencoder and taggers become one model that is steered."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from export.commands._flags import options_of

if TYPE_CHECKING:
    from export.graphs.tagger import Tagger

HELP = "Make a TagBox model: an autoencoder that is steered by music taggers."
EXAMPLES = """\
examples:
  python -m export tagbox runs/vqvae16/best.pt --tagger mtat_fcn=mtat_fcn.pth -o tagbox.onnx
  python -m export tagbox runs/vqvae16/best.pt --tagger mtat_fcn=a.pth \\
      --tagger mtat_musicnn=b.pth --fft 512,1024,2048 --steps 100 --rate 0.1 --rate-by spread \\
      -o ensemble.onnx
  python -m export tagbox runs/vqvae16/best.pt --tagger jamendo_fcn=c.pth --output-is style \\
      -o style.onnx
  daw-bridge separate song.wav --model tagbox.onnx --tags guitar

The file is written only if its gradient agrees with torch's, step by step. What is published is the
default: one transform of 1024 samples, ten steps at a rate of 5, and the residual as the stem.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The autoencoder, the taggers, and how the latent is steered."""
    from engines.spec.steering import OUTPUTS, RATES, SIGNS
    from export.graphs.steering.make import TagBoxOptions

    usual, add = TagBoxOptions(), parser.add_argument
    add("checkpoint", type=Path, help="an autoencoder's, of `train --setup vqvae16`")
    add("--tagger", action="append", default=[], metavar="NAME=FILE", dest="heard_by",
        help="a tagger and its published weights, as mtat_fcn=FILE; several are an "
        "ensemble")  # fmt: skip
    add("--tagger-samples", type=int, default=0, metavar="N",
        help="that one call of a tagger hears (default: fcn 29 s, musicnn 3 s)")  # fmt: skip
    add("-o", "--output", type=Path, required=True, dest="path", help="the .onnx file to write")
    add("--seconds", type=float, default=usual.seconds, help="of a window (default: %(default)s)")
    add("--fft", type=_numbers, default=usual.fft, metavar="N,...",
        help="transforms of the masks; the error is their mean, the stem is of the last "
        "(default: 1024)")  # fmt: skip
    add("--steps", type=int, default=usual.steps, help="(default: %(default)s)")
    add("--rate", type=float, default=usual.rate, help="Adam's (default: %(default)s)")
    add("--rate-by", choices=RATES, default=usual.rate_by, help="plain, or in standard deviations "
        "of the mix's latent (default: %(default)s)")  # fmt: skip
    add("--sign", choices=SIGNS, default=usual.sign, help="of the error (default: %(default)s)")
    add("--output-is", choices=OUTPUTS, default=usual.output, dest="output",
        help="the stem: what the mask takes, what it leaves, or the decoder's own sound without "
        "a mask (default: %(default)s)")  # fmt: skip
    add("--quantised", action="store_true", help="round latents to codes, as the published code")
    add("--loop", action="store_true", help="all steps in one graph, for other programs")
    add("--licence", default="", help="said by `daw-bridge models info`")
    add("--cosine", type=float, default=usual.cosine, help="least, of the gradients of graph and "
        "torch (default: %(default)s)")  # fmt: skip


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def run(args: argparse.Namespace) -> int:
    """Make, compare, write."""
    from export.graphs.steering.make import TagBoxOptions, make
    from export.nets import checkpoint

    model, about = checkpoint.load_model(args.checkpoint)
    heard_by = [_tagger(text, args.tagger_samples) for text in args.heard_by]
    made = make(model, about, heard_by, args.path, options_of(TagBoxOptions, args))
    size, worst = args.path.stat().st_size / 1e6, made.worst
    own = f"torch in float32: {worst.torch_cosine:.8f}"
    print(f"gradients: least cosine {worst.cosine:.8f} ({own}); the rest differs by at most "
          f"{worst.difference:.1e}")  # fmt: skip
    print(f"{args.path}: {size:.1f} MB, {made.spec.offline.window_samples} samples a window")
    return 0


def _tagger(text: str, samples: int) -> Tagger:
    from export.common.errors import UsageError
    from export.graphs.tagger import load_tagger

    name, mark, path = text.partition("=")
    if not mark:
        raise UsageError(f"--tagger {text}", "NAME=FILE", "say which tagger the file is of")
    return load_tagger(name, Path(path), samples)

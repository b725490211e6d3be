"""`python -m export evaluate-generation`: what a diffusion model generates, measured."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import at_least_one, options_of

HELP = "Generate from a diffusion model and measure: likeness, onsets, harmonics, fit, leaks."
EXAMPLES = """\
examples:
  python -m export tagger shares runs/shares/best.pt -o shares.onnx
  python -m export evaluate-generation gmsdi.onnx --bands bands --tagger shares.onnx \\
      --split test --given drums bass -o runs/gmsdi-generated.json
  python -m export evaluate-generation gmsdi.onnx --bands bands --tagger mtat_musicnn.onnx \\
      --split valid --limit 10 --guidance 2 --seed 1 -o runs/guided.json

For one window of each song of the split: a piece of the same instruments out of nothing, and new
parts to each --given stem of it. Measured are
- the Frechet distance of what a tagger hears to songs of --reference, beside other real songs (the
  floor), stems of different songs, other instruments, noise, and noise with the right spectrum;
- onsets (spectral flux) and harmonicity of every part against the range of real ones;
- the fit of new parts to their given stem (onsets, beat, key) against the given stems of other
  songs, paired, and the same of the real parts;
- the leak of the given stem (projection) against what chance brings.
Pieces are kept as WAV files in a folder .runs beside the results, to listen to, and so that the
same command goes on after Ctrl-C. Writes JSON (its fields: export/scores/generated/evaluate.py)
with Markdown tables beside it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, the tagger, songs; what is not given is as GeneratedOptions has it."""
    from engines.providers import DEVICES
    from export.scores.generated.evaluate import GeneratedOptions as Usual

    add = parser.add_argument
    add("model", help="a diffusion model that generates: a file or a name")
    add("--tagger", type=Path, required=True, metavar="ONNX", help="of `export tagger`")
    add("-o", "--output", type=Path, required=True, metavar="JSON", help="results")
    songs = parser.add_argument_group("songs").add_argument
    songs("--bands", type=Path, required=True, metavar="DIR", help="rendered songs")
    splits = ("train", "valid", "test")
    songs("--split", default=Usual.split, choices=splits, help="(default: %(default)s)")
    songs("--reference", default=Usual.reference, choices=splits,
        help="the songs that distances are to (default: %(default)s)")  # fmt: skip
    songs("--limit", type=at_least_one, metavar="N",
        help=f"only the first N songs (default: {Usual.limit})")  # fmt: skip
    songs("--reference-songs", type=at_least_one, metavar="N",
        help=f"at most (default: {Usual.reference_songs})")  # fmt: skip
    songs("--windows", type=at_least_one, metavar="N", help="of each song (default: 1)")
    songs("--seconds", type=float, metavar="S", help="of a piece (default: one window)")
    how = parser.add_argument_group("what is generated").add_argument
    how("--given", nargs="*", metavar="STEM",
        help=f"stems that new parts are made to (default: {' '.join(Usual.given)})")  # fmt: skip
    how("--steps", type=at_least_one, metavar="N", help="noise levels (default: the model's)")
    how("--guidance", type=float, metavar="SCALE", help="1: none (default: the model's)")
    how("--seed", type=int, metavar="N", help="of the noise (default: 0)")
    how("--device", choices=DEVICES)
    how("--threads", type=at_least_one, metavar="N", help="compute threads (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Generate, measure, write, print the tables."""
    from export.scores.generated.evaluate import GeneratedOptions, evaluate
    from export.scores.generated.text import markdown

    print(markdown(evaluate(options_of(GeneratedOptions, args))))
    return 0

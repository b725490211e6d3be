"""`python -m export evaluate-diffusion`: how well a diffusion model separates, however sampled."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import at_least_one, options_of

HELP = "Score a diffusion model as a separator, sampled in every way, beside what costs less."
EXAMPLES = """\
examples:
  python -m export evaluate-diffusion gmsdi.onnx --bands bands --split valid --limit 10 \\
      --spectra bands/train -o runs/gmsdi-valid.json
  python -m export evaluate-diffusion gmsdi.onnx --bands bands --split test \\
      --choice runs/gmsdi-valid.json --spectra bands/train --beside mask.onnx band16.onnx \\
      -o runs/gmsdi-test.json
  python -m export evaluate-diffusion gmsdi.onnx --bands bands --split valid --steps 180 \\
      --constrained drums --guidance 1 3 7.5 15 24 --limit 5 -o runs/guidance.json

On `valid`: Separator with each stem constrained, and Extractor, with each guidance; one sample and
the mean of several, raw and as masks of the mix. Of these an ensemble is chosen for each outcome,
and written down. On `test` with --choice: what was chosen there, and no more unless --guidance says
so. Score `test` once.

Beside them: the mix, its share, silence, the oracle mask, a fixed Wiener filter of the spectra in
the model's file and one of the stems of --spectra, and the models of --beside. A clip is one window
of the model; all hear it at the model's rate. Guided samples need more steps where the network is
certain of its labels: notes say how many would be safe, and a sampler that diverged has a score
that shows it. Writes JSON (its fields: export/scores/sampled/evaluate.py) with Markdown tables
beside it. Finished scores are kept in a folder .runs, so the same command goes on after Ctrl-C.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, songs, what is sampled; what is not given is as SampledOptions has it."""
    from engines.providers import DEVICES
    from export.scores.sampled.evaluate import SampledOptions as Usual

    add = parser.add_argument
    add("model", help="a diffusion model's file or name")
    add("-o", "--output", type=Path, required=True, metavar="JSON", help="results")
    songs = parser.add_argument_group("songs").add_argument
    songs("--bands", type=Path, required=True, metavar="DIR", help="rendered songs")
    songs("--split", default="valid", choices=("valid", "test"), help="(default: %(default)s)")
    songs("--limit", type=at_least_one, metavar="N", help="only the first N songs")
    songs("--windows", type=at_least_one, metavar="N", help="of each song (default: 1)")
    songs("--seconds", type=float, metavar="S", help="of a window (default: the model's)")
    _add_sampling(parser.add_argument_group("what is sampled"))
    other = parser.add_argument_group("beside it").add_argument
    other("--beside", nargs="+", metavar="MODEL", help="other models: files or names")
    other("--beside-steps", nargs="+", type=at_least_one, metavar="N",
        help=f"of those that refine (default: {_words(Usual.beside_steps)})")  # fmt: skip
    other("--spectra", type=Path, metavar="DIR",
        help="songs whose stems make a fixed Wiener filter, too, e.g. bands/train")  # fmt: skip
    other("--spectra-songs", type=at_least_one, metavar="N",
        help=f"at most (default: {Usual.spectra_songs})")  # fmt: skip
    how = parser.add_argument_group("how").add_argument
    how("--device", choices=DEVICES)
    how("--threads", type=at_least_one, metavar="N", help="compute threads (default: 1)")
    how("--jobs", type=at_least_one, metavar="N", help="clips at a time, in processes (default: 1)")


def _add_sampling(group: argparse._ArgumentGroup) -> None:
    from export.scores.sampled.evaluate import SampledOptions as Usual

    add = group.add_argument
    add("--choice", type=Path, metavar="JSON", help="results on `valid`: take what was best there")
    add("--constrained", nargs="*", metavar="STEM",
        help="of Separators (default: each stem in turn)")  # fmt: skip
    add("--guidance", nargs="+", type=float, metavar="SCALE",
        help="1: none (default: 1 3; with --choice: none but the chosen)")  # fmt: skip
    add("--samples", nargs="+", type=at_least_one, metavar="N",
        help=f"averaged (default: {_words(Usual.samples)})")  # fmt: skip
    add("--remask-fft", type=int, metavar="N",
        help=f"of the masks, 0: none (default: {Usual.remask_fft})")  # fmt: skip
    add("--steps", type=at_least_one, metavar="N", help="noise levels (default: the model's)")
    add("--seed", type=int, metavar="N", help="of the noise (default: 0)")


def _words(values: tuple[object, ...]) -> str:
    return " ".join(map(str, values))


def run(args: argparse.Namespace) -> int:
    """Score, write, print the tables."""
    from export.scores.sampled.evaluate import SampledOptions, evaluate
    from export.scores.sampled.text import markdown

    print(markdown(evaluate(options_of(SampledOptions, args))))
    return 0

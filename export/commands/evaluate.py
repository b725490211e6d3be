"""`python -m export evaluate`: what models reach, through the engine that serves them."""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import at_least_one, options_of

HELP = "Score models through the engine that serves them."
EXAMPLES = """\
examples:
  python -m export evaluate song --set musdb --peers mix mix_share silence oracle
  python -m export evaluate runs/band.onnx --baseline runs/band_one_pass.onnx --set band \\
      --bands bands --curve --seeds 3 --inject 3 -o runs/band.json
  python -m export evaluate song --songs my/songs --steps 1 4 16 --variants --limit 2
  python -m export evaluate song --set musdb --preset all --steps 1 16 --residual-to other \\
      --card-rows gains                           the figures of song's card
  python -m export evaluate runs/song/last.pt --songs my/songs --steps 1
  python -m export evaluate song --songs my/songs --preset balanced --steps 1 --listen \\
      --peers oracle                              leakage, musical noise, seams

A model is a file, a name (`daw-bridge models list`) or a checkpoint of `train`, which is exported
first. A song is a folder with one audio file per stem; their sum is the mix. Stems that a model
does not separate from each other are scored as sums. Writes a JSON file (its fields:
export/scores/evaluate.py), with Markdown tables and plots beside it. Every finished score (clip,
model, steps, seed) is kept there too, so the same command resumes after Ctrl-C or adds what is
missing.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Models, songs, runs; what is not given is as EvaluateOptions has it."""
    from engines.providers import DEVICES
    from export.scores.evaluation.plots import FORMATS

    parser.add_argument("models", nargs="*", metavar="MODEL",
                        help="files, names or checkpoints; none: the peers alone")  # fmt: skip
    parser.add_argument("--baseline", metavar="MODEL", help="a one-pass model to compare with")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON",
                        help="results (default: runs/evaluate-MODEL-SET.json)")  # fmt: skip
    _add_songs(parser.add_argument_group("songs"))
    _add_runs(parser.add_argument_group("what is run"))
    _add_schedule(parser.add_argument_group("changes to the schedule of all runs"))
    add = parser.add_argument_group("how").add_argument
    add("--device", choices=DEVICES)
    add("--threads", type=at_least_one, metavar="N", help="compute threads (default: 1)")
    add("--jobs", type=at_least_one, metavar="N", help="clips at a time, in processes (default: 1)")
    add("--check-museval", action="store_true",
        help="compare every museval SDR with museval's own code (slow)")  # fmt: skip
    add("--plots", nargs="+", choices=FORMATS, help="formats (default: png)")
    add("--no-plots", action="store_true")


def _add_songs(group: argparse._ArgumentGroup) -> None:
    from export.scores.evaluate import EvaluateOptions as Usual
    from export.scores.evaluation.sets import known_sets

    add = group.add_argument
    add("--set", choices=tuple(known_sets(Path(), Path())), help="a test set by name")
    add("--songs", type=Path, metavar="DIR", help="a folder of songs instead")
    add("--data", type=Path, metavar="DIR",
        help=f"folder of the sets musdb and cc0 (default: {Usual.data})")  # fmt: skip
    add("--bands", type=Path, metavar="DIR",
        help=f"rendered songs, for the set band: DIR/test (default: {Usual.bands})")  # fmt: skip
    add("--stems", nargs="+", metavar="STEM", help="mix these only (default: all there are)")
    add("--seconds", type=float, metavar="S", help="length of a window (default: the set's)")
    add("--windows", type=at_least_one, metavar="N", help="windows per song (default: the set's)")
    add("--limit", type=at_least_one, metavar="N", help="only the first N songs")
    add(
        "--leave-out",
        action="store_true",
        default=None,
        help="each window once for every stem, without it: what leaks there, with --listen",
    )
    add("--rate", type=at_least_one, metavar="HZ",
        help="of the audio (default: the highest of the models')")  # fmt: skip


def _add_runs(group: argparse._ArgumentGroup) -> None:
    from export.scores import peers
    from export.scores.evaluate import CURVE
    from export.scores.evaluate import EvaluateOptions as Usual
    from export.scores.evaluation.report import CARD_ROWS
    from export.scores.evaluation.systems import ALL_PRESETS, PRESETS

    add = group.add_argument
    add("--preset", nargs="+", choices=(*PRESETS, ALL_PRESETS),
        help="(default: offline); of several, the live ones run with their own steps")  # fmt: skip
    add("--steps", nargs="+", type=at_least_one, metavar="N",
        help=f"Gibbs steps (default: {_words(Usual.steps)})")  # fmt: skip
    add("--curve", action="store_true", help=f"steps {_words(CURVE)}")
    add("--seeds", type=at_least_one, metavar="N", help="seeds 0..N-1, where N > 1 steps")
    add("--peers", nargs="*", choices=peers.names(),
        help=f"others on the same clips (default: {_words(Usual.peers)})")  # fmt: skip
    add("--residual-to", metavar="STEM", help="score this stem with the residual added, too")
    add("--inject", type=int, choices=range(4), metavar="0..3",
        help="gains where up to so many true stems are given (default: 0, none)")  # fmt: skip
    add("--inject-steps", type=at_least_one, metavar="N", help="(default: 1, as published)")
    add("--variants", action="store_true",
        help="mask variants: independent draws and counts, several alphas")  # fmt: skip
    add("--variant-steps", nargs="+", type=at_least_one, metavar="N",
        help=f"(default: {_words(Usual.variant_steps)})")  # fmt: skip
    add("--alphas", nargs="+", type=float, metavar="A",
        help=f"(default: {_words(Usual.alphas)})")  # fmt: skip
    add(
        "--listen",
        action="store_true",
        default=None,
        help="leakage, musical noise and seams, too; models separate twice more for the seams",
    )
    add("--card-rows", choices=CARD_ROWS,
        help="rows for a model card: scores with the interval of SI-SDRi (default), or medians "
        "and what is gained over the best of mix, a share of it and silence")  # fmt: skip


def _add_schedule(group: argparse._ArgumentGroup) -> None:
    from engines.spec import DRAWS, ESTIMATES, KNOWN

    add = group.add_argument
    for name in ("alpha", "rho-max", "rho-min"):
        add(f"--{name}", type=float, metavar="X")
    add("--draw", choices=DRAWS)
    add("--estimate", choices=ESTIMATES)
    add("--known", choices=KNOWN)


def _words(values: tuple[object, ...]) -> str:
    return " ".join(map(str, values))


def run(args: argparse.Namespace) -> int:
    """Score, write, print the tables."""
    from export.scores.evaluate import EvaluateOptions, evaluate
    from export.scores.evaluation.text import markdown

    more = {"plots": ()} if args.no_plots else {}
    print(markdown(evaluate(options_of(EvaluateOptions, args, **more))))
    return 0

"""`python -m export early-test`: does conditioning pay?"""

from __future__ import annotations

import argparse
from pathlib import Path

from export.commands._flags import at_least_one, options_of

HELP = "Train three small networks for equal time, score them."
EXAMPLES = """\
example:
  python -m export early-test --bands bands --minutes 7 --out early

(a) O-NADE Demucs, (b) the O-NADE mask network, (c) (b)'s one-pass twin without conditioning, at
16 kHz mono. Each is trained for --minutes on bands/train; all that are trained are then scored by
`evaluate` on windows of bands/test: SI-SDRi at each number of Gibbs steps, and what given stems are
worth. Writes OUT/report.json, OUT/report.md and one run folder each; run again, or for one of
--models alone, it resumes. Time is the training process's CPU time on one thread,
which is wall time on an idle core and stays fair on a busy one; `--clock wall` counts the wall's.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who competes, and on what; every training option is a flag."""
    from export.studies.early_test import MODELS
    from export.training.options import add_options

    add = parser.add_argument
    add("--bands", type=Path, required=True, metavar="DIR", help="rendered songs, train and test")
    add("--out", type=Path, required=True, metavar="DIR", help="runs and report")
    add("--models", nargs="+", choices=tuple(MODELS), default=list(MODELS))
    add("--gibbs", type=at_least_one, nargs="+", default=[1, 4, 16], metavar="N",
        help="Gibbs steps (default: 1 4 16)")  # fmt: skip
    add("--songs", type=at_least_one, default=24, metavar="N", help="test songs (default: 24)")
    add("--windows", type=at_least_one, default=2, metavar="N",
        help="windows of 6 s per test song (default: 2)")  # fmt: skip
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Train, then score and print the tables."""
    from export.scores.evaluation.text import markdown
    from export.studies.early_test import EarlyTest, fit, score

    given = vars(args) | {"minutes": args.minutes or 7.0, "clock": args.clock or "cpu"}
    test = options_of(EarlyTest, args)
    for name in args.models:
        fit(name, test, given)
    print(markdown(score(test)))
    return 0

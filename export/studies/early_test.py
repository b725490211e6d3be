"""Does conditioning pay? Equal time for three networks at 16 kHz mono on rendered bands.

O-NADE Demucs, the O-NADE mask network, and its one-pass twin without conditioning are trained on
bands/train and scored by `evaluate` on windows of bands/test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from export.common.songs import Clip, load_clips
from export.nets import families
from export.scores.evaluate import EvaluateOptions, evaluate
from export.training import train
from export.training.options import options_from
from export.training.setup_files import load_setup

MODELS = {"demucs": "band16_demucs", "mask": "band16", "one_pass": "band16"}
#: Test windows that a run is validated on.
VALIDATED = 12


@dataclass(frozen=True)
class EarlyTest:
    """Rendered songs, where runs and report go, and what is scored of each song."""

    bands: Path
    out: Path
    gibbs: tuple[int, ...] = (1, 4, 16)
    songs: int = 24
    windows: int = 2


def setup_of(name: str) -> dict[str, Any]:
    """The setup of one contender; `one_pass` is `mask` without conditioning."""
    setup = load_setup(MODELS[name])
    return train.one_pass(setup) if name == "one_pass" else setup


def fit(name: str, test: EarlyTest, given: Mapping[str, Any]) -> None:
    """Trains one contender with the options that are given; goes on where it was. Raises
    ExportError, Unfinished."""
    setup = setup_of(name)
    options = options_from(setup, given)
    torch.set_num_threads(options.threads)
    data = setup["data"] | {"bands": test.bands}
    train.start(setup, options, data, test.out / name, _validated(test, setup))


def _validated(test: EarlyTest, setup: dict[str, Any]) -> Sequence[Clip]:
    channels = families.config_from(setup["family"], setup["model"]).channels
    shape = (tuple(setup["stems"]), setup["rate_hz"], channels)
    seconds, root = setup["validation_seconds"], test.bands / "test"
    return load_clips(root, *shape, seconds, test.windows, test.songs)[:VALIDATED]


def score(test: EarlyTest) -> dict[str, Any]:
    """The report on all contenders that are trained, also written. Raises ExportError."""
    paths = {name: test.out / name / "last.pt" for name in MODELS}
    there = {name: str(path) for name, path in paths.items() if path.is_file()}
    conditional = tuple(path for name, path in there.items() if name != "one_pass")
    one_pass = there.get("one_pass")
    return evaluate(EvaluateOptions(
        models=conditional or tuple(there.values()),
        baseline=one_pass if conditional else None,
        output=test.out / "report.json",
        songs=test.bands / "test",
        seconds=load_setup(MODELS["mask"])["validation_seconds"],
        windows=test.windows,
        limit=test.songs,
        steps=test.gibbs,
        inject=1,
    ))  # fmt: skip

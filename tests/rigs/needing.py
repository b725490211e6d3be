"""Tiny models that need others: one that is stacked on another, and means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engines.spec import MEAN, FirstModel, Member, ModelSpec
from tests.rigs.tiny_models import make_model, make_spec

SINGER = {"name": "singer", "domain": "stft", "curved": True, "stems": ("voice", "vocals"),
          "gains": (0.2, 0.3)}  # fmt: skip
FIRST = (FirstModel("singer", ("vocals",)),)


def write_stacked(folder: Path, singer: bool = True, **changes: Any) -> Path:
    """`stacked`, a conditional model whose vocals `singer` makes, both written to this folder."""
    if singer:
        make_model(folder / "singer.onnx", **SINGER)
    options = {"name": "stacked", "domain": "stft", "conditional": True, "couple": 0.3}
    make_model(folder / "stacked.onnx", **(options | {"first": FIRST} | changes))
    return folder / "stacked.onnx"


def mean_spec(*members: Member, **changes: Any) -> ModelSpec:
    """The mean of these, with the tiny models' presets."""
    return make_spec(**({"name": "both", "method": MEAN, "members": members} | changes))


def write_mean(folder: Path, *members: Member, **changes: Any) -> Path:
    """`both`, the mean of models in this folder: by default of `quiet` and `gibbs`, made here.

    The second has another grid, and is conditional.
    """
    if not members:
        make_model(folder / "quiet.onnx", name="quiet", domain="stft", curved=True)
        make_gibbs(folder / "gibbs.onnx")
        members = (Member("quiet"), Member("gibbs", ()))
        changes = {"conditional": True} | changes
    path = folder / "both.daw.json"
    path.write_text(mean_spec(*members, **changes).to_json())
    return path


def make_gibbs(path: Path, **changes: Any) -> None:
    """A conditional model with another live grid than the tiny models'."""
    live = {"window_samples": 1024, "hop_samples": 192, "lookahead_samples": 64}
    spec = make_spec()
    options = {"name": path.stem, "domain": "stft", "conditional": True, "couple": 0.3,
               "live": spec.live.__class__(**live, crossfade_samples=16)}  # fmt: skip
    make_model(path, **(options | changes))

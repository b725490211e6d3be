"""Weights between those of two checkpoints: a network and what it was trained on to.

Training on for songs of one kind takes something away elsewhere; weights between the two often
have the best of both (Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv
2109.01903). Both must be the same network, the second begun as the first (`--init`), or what lies
between is no network of use.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from export.nets import checkpoint
from export.nets.checkpoint import CheckpointError


def between(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """(1 - share) of each of the first's weights and share of the second's; counts are the
    second's. Raises CheckpointError where their names or shapes differ."""
    if differ := sorted(
        name for name in set(first) | set(second)
        if name not in first or name not in second or first[name].shape != second[name].shape
    ):  # fmt: skip
        raise CheckpointError(f"the two differ in {', '.join(differ)[:200]}; expected one network")
    return {
        name: first[name].lerp(value, share) if value.is_floating_point() else value
        for name, value in second.items()
    }


def blend(first: Path, second: Path, share: float, out: Path) -> None:
    """Writes the checkpoint of the averaged weights. Raises CheckpointError."""
    if not 0 <= share <= 1:
        raise CheckpointError(f"share is {share}, expected 0 (the first) to 1 (the second)")
    one, other = checkpoint.load(first), checkpoint.load(second)
    common = checkpoint.common_description(one["description"], other["description"])
    if common is None:
        raise CheckpointError(f"{first} and {second} are not of one network, stems, rate and level")
    weights = between(one["ema"], other["ema"], share)
    about = {"description": common, "step": other["step"]}
    checkpoint.save(out, about | {"ema": weights, "model": weights})

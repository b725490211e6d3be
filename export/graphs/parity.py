"""Whether an ONNX file computes what its torch network does."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engines.ort import open_session
from engines.session import Session
from engines.spec import ModelSpec
from engines.types import Audio
from export.graphs.errors import ParityError
from export.graphs.tensors import Size, output_name, random_feeds, usual_sizes
from export.graphs.torch_graph import evaluating

#: Largest absolute difference allowed, for noise stems of level 0.1 or masks.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Difference:
    """Graph against network at one size: largest absolute difference and largest output."""

    size: Size
    difference: float
    largest: float


def compare(
    module: nn.Module, spec: ModelSpec, path: Path, sizes: Iterable[Size] | None = None
) -> tuple[Difference, ...]:
    """Differences between `module` and the file at `path`, by default at `usual_sizes`.

    The network is computed in float64: in float32 torch's own rounding, which differs from
    processor to processor, can be larger than the graph's.
    """
    session = open_session(path)
    with evaluating(module), torch.no_grad():
        exact = copy.deepcopy(module).double()
        return tuple(_one(exact, spec, session, size) for size in sizes or usual_sizes(spec))


def _one(exact: nn.Module, spec: ModelSpec, session: Session, size: Size) -> Difference:
    feeds = random_feeds(spec, size, seed=size.time)
    expected = exact(*(torch.from_numpy(value).double() for value in feeds.values())).numpy()
    return difference(expected, session.run(output_name(spec), feeds), size)


def difference(expected: Audio, got: Audio, size: Size) -> Difference:
    """How far `got` is from `expected`: infinitely, if shapes differ or values are not finite."""
    if got.shape != expected.shape or not np.isfinite(got).all():
        return Difference(size, float("inf"), 0.0)
    worst = float(np.abs(got - expected).max(initial=0.0))
    return Difference(size, worst, float(np.abs(expected).max(initial=0.0)))


def require_parity(differences: Iterable[Difference], tolerance: float = TOLERANCE) -> float:
    """The largest difference. Raises ParityError where it is above `tolerance`."""
    worst = max(differences, key=lambda found: found.difference)
    if not worst.difference <= tolerance:
        seen = f"graph and network differ by {worst.difference:.2e} at {worst.size}"
        action = "do not ship this graph: find the operator that differs"
        raise ParityError(seen, f"at most {tolerance:.0e}", action)
    return worst.difference

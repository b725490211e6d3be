"""Golden values: a few outputs of a graph for seeded inputs, to notice when they change.

An onnxruntime, exporter or processor that computes something else then fails a test instead of
changing the sound. The file (`NAME.golden.npz`, about 2 kB) lies beside the model; the comparison
is the tests' (tests/rigs/golden.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.ort import open_session
from engines.session import Session
from engines.spec import ModelSpec, parse_spec
from engines.types import Audio
from export.common.files import replacing
from export.graphs.stepping import zeros
from export.graphs.tensors import Size, output_name, random_feeds, usual_sizes

SEED = 1
_SAMPLES = 24


@dataclass(frozen=True)
class Golden:
    """Per size: (batch, time), samples of the mix and of the output, and its mean and RMS."""

    sizes: NDArray[np.int64]
    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]
    moments: NDArray[np.float64]


def golden_path(model: Path) -> Path:
    """Where a model's golden values lie."""
    return model.with_name(f"{model.stem}.golden.npz")


def write_golden(model: Path, tolerance: float, path: Path | None = None) -> Path:
    """Measures and writes the golden values of a model file; `tolerance` is for later checks."""
    path, golden = path or golden_path(model), measure(model)
    with replacing(path) as temporary:
        np.savez_compressed(temporary, tolerance=tolerance, **vars(golden))
    return path


def measure(model: Path) -> Golden:
    """The golden values of a model file, at its two shortest usual sizes."""
    session = open_session(model)
    spec = parse_spec(session.metadata, str(model))
    sizes = usual_sizes(spec)[:2]
    rows = [_row(session, spec, size) for size in sizes]
    inputs, outputs, moments = (np.stack(column) for column in zip(*rows, strict=True))
    return Golden(np.array([(s.batch, s.time) for s in sizes]), inputs, outputs, moments)


def _row(session: Session, spec: ModelSpec, size: Size) -> tuple[Audio, Audio, NDArray[np.float64]]:
    feeds = random_feeds(spec, size, SEED)
    (output,) = session.run_several([output_name(spec)], feeds | zeros(session, spec, size.batch))
    moments = np.array([output.mean(dtype=np.float64), np.sqrt(np.mean(output.astype(float) ** 2))])
    return _pick(next(iter(feeds.values()))), _pick(output), moments


def _pick(values: Audio) -> Audio:
    flat = values.ravel()
    picked: Audio = flat[np.linspace(0, flat.size - 1, _SAMPLES).astype(int)]
    return picked

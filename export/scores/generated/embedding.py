"""What a tagger hears of sounds, as vectors, and the Frechet distance between two sets of these.

Vectors are what the tagger's last layer is given: `python -m export tagger` writes the file.
Kilgour et al. 2019 (arXiv 1812.08466) take such a distance for music; theirs hears with VGGish.
"""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import soxr
from numpy.typing import NDArray
from onnx import helper

from engines.ort import open_session
from export.common.errors import FileRefused
from export.graphs.tagger import TAGGER_KEY

Array = NDArray[np.float64]
LEVEL_DB = -20.0
"""RMS re full scale that every sound is brought to."""
_SILENT = 1e-4
_LAYERS = ("Gemm", "MatMul", "Conv")


class Embedder:
    """A tagger's file. Raises FileRefused where it is none, EngineError where it does not load."""

    def __init__(self, path: Path) -> None:
        open_session(path)  # says what is wrong with a file that is none
        graph = onnx.load(path)
        try:
            about = json.loads({one.key: one.value for one in graph.metadata_props}[TAGGER_KEY])
            self.name, self.rate_hz = str(about["name"]), int(about["rate_hz"])
            self._samples = int(about["samples"])
        except (ValueError, KeyError, TypeError) as error:
            seen = f"{path}, which does not say that it is a tagger"
            raise FileRefused(seen, "a tagger of python -m export tagger", "make one") from error
        self._layer, self._axis = last_layer(graph, path)
        graph.graph.output.append(helper.make_tensor_value_info(self._layer, 1, None))
        with TemporaryDirectory(prefix="export-") as folder:
            file = Path(folder) / "tagger.onnx"
            onnx.save(graph, file)
            self._session = open_session(file)

    def vectors(self, sounds: NDArray[np.float32], rate_hz: int) -> Array:
        """(N, T) -> (N, D): the mean over calls of a longer sound; a shorter one is repeated."""
        return np.stack([self._vector(one, rate_hz) for one in sounds])

    def _vector(self, sound: NDArray[np.float32], rate_hz: int) -> Array:
        if rate_hz != self.rate_hz:
            sound = soxr.resample(sound, rate_hz, self.rate_hz, "HQ")
        count = -(-len(sound) // self._samples)
        calls = np.resize(levelled(sound), (count, self._samples)).astype(np.float32)
        (found,) = self._session.run_several([self._layer], {"audio": calls})
        moved = np.moveaxis(found, self._axis, -1)
        mean: Array = moved.reshape(-1, moved.shape[-1]).mean(axis=0).astype(np.float64)
        return mean


def last_layer(graph: onnx.ModelProto, path: Path) -> tuple[str, int]:
    """What the last layer with weights before `tags` is given, and the axis of its features."""
    makers = {name: node for node in graph.graph.node for name in node.output}
    queue, seen = deque(["tags"]), set[str]()
    while queue:
        name = queue.popleft()
        node = makers.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.op_type in _LAYERS:
            return node.input[0], 1 if node.op_type == "Conv" else -1
        queue.extend(node.input)
    raise FileRefused(f"{path}, without a layer before tags", "a tagger", "make one")


def levelled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """At LEVEL_DB; silence as it is."""
    rms = float(np.sqrt(np.square(sound, dtype=np.float64).mean()))
    return sound * np.float32(10 ** (LEVEL_DB / 20) / rms) if rms > _SILENT else sound


def frechet(one: Array, other: Array) -> float:
    """Squared Frechet distance of the Gaussians of two sets of vectors (N, D), (M, D).

    |m - n|^2 + tr(A + B - 2 (A B)^(1/2)): the trace of the root is the sum of the singular values
    of the product of the centred sets, so that no covariance is ever made.
    """
    means = one.mean(axis=0), other.mean(axis=0)
    first, second = one - means[0], other - means[1]
    counts = max(len(one) - 1, 1), max(len(other) - 1, 1)
    traces = float(np.square(first).sum() / counts[0] + np.square(second).sum() / counts[1])
    root = np.linalg.svd(first @ second.T, compute_uv=False).sum() / np.sqrt(counts[0] * counts[1])
    return max(0.0, float(np.square(means[0] - means[1]).sum()) + traces - 2 * float(root))


def with_error(one: Array, other: Array) -> tuple[float, float]:
    """The distance, and its standard error by the jackknife over the first set."""
    found = frechet(one, other)
    count = len(one)
    if count < 3:
        return found, float("nan")
    without = [frechet(np.delete(one, number, axis=0), other) for number in range(count)]
    return found, float(np.sqrt((count - 1) * np.var(without)))

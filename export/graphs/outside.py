"""A graph whose weights lie in a file beside it, so that a published checkpoint can supply them."""

from __future__ import annotations

from collections.abc import Iterable

import onnx

from export.graphs.errors import UnsupportedGraphError

SMALLEST_BYTES = 64
"""Smaller ones stay in the graph."""


def put_outside(model: onnx.ModelProto, arrays: Iterable[bytes], file: str) -> int:
    """Every weight of `model` is read from `file` from now on: the `arrays`, one behind the other.

    Arrays that the graph does not use keep their place. Returns the length of the file in bytes.
    Raises UnsupportedGraphError where a weight of SMALLEST_BYTES or more is none of the arrays.
    """
    weights: dict[bytes, list[onnx.TensorProto]] = {}
    for one in model.graph.initializer:
        weights.setdefault(bytes(one.raw_data), []).append(one)
    at = 0
    for array in arrays:
        for weight in weights.pop(array, []):
            _refer(weight, file, at, len(array))
        at += len(array)
    if left := [one[0].name for raw, one in weights.items() if len(raw) >= SMALLEST_BYTES]:
        seen = f"weights that are not in the checkpoint: {', '.join(left)}"
        raise UnsupportedGraphError(seen, "the weights as they are", "export without folding")
    return at


def _refer(weight: onnx.TensorProto, file: str, offset_bytes: int, size_bytes: int) -> None:
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.ClearField("raw_data")
    for key, value in (("location", file), ("offset", offset_bytes), ("length", size_bytes)):
        weight.external_data.add(key=key, value=str(value))

"""The files beside an ONNX file that its graph reads weights from."""

from __future__ import annotations

import mmap
from pathlib import Path

from engines.fields import Damaged, Field, below, fields, graph_fields

# Numbers of ONNX's fields.
_GRAPH_INITIALIZER, _TENSOR_EXTERNAL, _KEY, _VALUE = 5, 13, 1, 2
_LOCATION = b"location"


def files_outside(path: Path) -> tuple[str, ...]:
    """Their names, as the file states them, relative to its folder; none for a damaged file.

    Weights of the graph itself count, not those that lie in nodes or in graphs within it.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = [
                name for one in graph_fields(data) if one.number == _GRAPH_INITIALIZER
                for name in _locations(data, one)
            ]  # fmt: skip
    except (OSError, ValueError, Damaged):  # ValueError: an empty file, or no text
        return ()
    return tuple(dict.fromkeys(found))


def _locations(data: mmap.mmap, tensor: Field) -> list[str]:
    found = []
    for entry in below(data, tensor, (_TENSOR_EXTERNAL,)):
        pair = {
            one.number: data[one.start : one.end] for one in fields(data, entry.start, entry.end)
        }
        if pair.get(_KEY) == _LOCATION:
            found.append(pair.get(_VALUE, b"").decode("utf-8"))
    return found

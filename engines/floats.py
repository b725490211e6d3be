"""Whether a graph computes in floats that are not float32, read from the file's bytes.

onnxruntime (1.24 to 1.31) crashes on x86-64 when its optimiser NchwcTransformer meets a transposed
value that is cast to float32 and multiplied (issue 28392 of theirs), and a crash cannot be caught.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from engines.fields import Damaged, Field, below, fields, graph_fields

_OTHERS = (10, 11, 16)
"""float16, double and bfloat16."""
# Numbers of ONNX's fields.
_GRAPH_NODE, _GRAPH_INPUT = 1, 11
_NODE_OP, _NODE_ATTRIBUTE, _ATTRIBUTE_INTEGER = 4, 5, 3
_INPUT_TYPE, _TYPE_TENSOR, _TENSOR_ELEMENT = 2, 1, 1


def leaves_float32(path: Path) -> bool:
    """Whether the graph has an input of another float type, or makes one of another type.

    Weights that are kept in float16 and read as float32 do not count. False for a file that is
    damaged: onnxruntime says what is wrong with it.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return any(_makes_other(data, field) for field in graph_fields(data))
    except (OSError, ValueError, Damaged):  # ValueError: an empty file
        return False


def _makes_other(data: mmap.mmap, field: Field) -> bool:
    if field.number == _GRAPH_INPUT:
        path = (_INPUT_TYPE, _TYPE_TENSOR, _TENSOR_ELEMENT)
        return any(one.value in _OTHERS for one in below(data, field, path))
    if field.number != _GRAPH_NODE:
        return False
    parts = list(fields(data, field.start, field.end))
    if not any(one.number == _NODE_OP and data[one.start : one.end] == b"Cast" for one in parts):
        return False
    return any(
        one.value in _OTHERS for one in below(data, field, (_NODE_ATTRIBUTE, _ATTRIBUTE_INTEGER))
    )

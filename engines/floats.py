"""Whether a graph computes in floats that are not float32, read from the file's bytes.

onnxruntime (1.24 to 1.31) crashes on x86-64 when its optimiser NchwcTransformer meets a transposed
value that is cast to float32 and multiplied (issue 28392 of theirs), and a crash cannot be caught.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_OTHERS = (10, 11, 16)
"""float16, double and bfloat16."""
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
# Numbers of ONNX's fields.
_MODEL_GRAPH, _GRAPH_NODE, _GRAPH_INPUT = 7, 1, 11
_NODE_OP, _NODE_ATTRIBUTE, _ATTRIBUTE_INTEGER = 4, 5, 3
_INPUT_TYPE, _TYPE_TENSOR, _TENSOR_ELEMENT = 2, 1, 1


class _Field(NamedTuple):
    """A field of a message: its number, its integer, and where its bytes lie (0, 0: nowhere)."""

    number: int
    value: int
    start: int
    end: int


class _Damaged(Exception):
    """The bytes are not a message."""


def leaves_float32(path: Path) -> bool:
    """Whether the graph has an input of another float type, or makes one of another type.

    Weights that are kept in float16 and read as float32 do not count. False for a file that is
    damaged: onnxruntime says what is wrong with it.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return any(_makes_other(data, field) for field in _graph_fields(data))
    except (OSError, ValueError, _Damaged):  # ValueError: an empty file
        return False


def _graph_fields(data: mmap.mmap) -> Iterator[_Field]:
    for graph in _fields(data, 0, len(data)):
        if graph.number == _MODEL_GRAPH:
            yield from _fields(data, graph.start, graph.end)


def _makes_other(data: mmap.mmap, field: _Field) -> bool:
    if field.number == _GRAPH_INPUT:
        path = (_INPUT_TYPE, _TYPE_TENSOR, _TENSOR_ELEMENT)
        return any(one.value in _OTHERS for one in _below(data, field, path))
    if field.number != _GRAPH_NODE:
        return False
    parts = list(_fields(data, field.start, field.end))
    if not any(one.number == _NODE_OP and data[one.start : one.end] == b"Cast" for one in parts):
        return False
    return any(
        one.value in _OTHERS for one in _below(data, field, (_NODE_ATTRIBUTE, _ATTRIBUTE_INTEGER))
    )


def _below(data: mmap.mmap, field: _Field, path: tuple[int, ...]) -> Iterator[_Field]:
    """The fields that are found by following these numbers down from `field`."""
    for one in _fields(data, field.start, field.end):
        if one.number == path[0]:
            yield from _below(data, one, path[1:]) if path[1:] else (one,)


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[_Field]:
    """A message's fields. Raises _Damaged."""
    while start < end:
        key, start = _integer(data, start, end)
        number, kind, value, first = key >> 3, key & 7, 0, 0
        if kind == _VARINT:
            value, start = _integer(data, start, end)
        elif kind == _BYTES:
            length, first = _integer(data, start, end)
            start = first + length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            start += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise _Damaged
        if start > end:
            raise _Damaged
        yield _Field(number, value, first, start if first else 0)


def _integer(data: mmap.mmap, start: int, end: int) -> tuple[int, int]:
    """A varint of at most ten bytes, and where it ends. Raises _Damaged."""
    value = 0
    for count, place in enumerate(range(start, min(end, start + 10))):
        byte = data[place]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, place + 1
    raise _Damaged

"""The fields of an ONNX file's messages, read from its bytes: protobuf without a library.

Only what is asked for is read, so that a file of gigabytes costs no more than its layout.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import NamedTuple

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_MODEL_GRAPH = 7


class Field(NamedTuple):
    """A field of a message: its number, its integer, and where its bytes lie (0, 0: nowhere)."""

    number: int
    value: int
    start: int
    end: int


class Damaged(Exception):
    """The bytes are not a message."""


def graph_fields(data: mmap.mmap) -> Iterator[Field]:
    """The fields of the model's graph. Raises Damaged."""
    for graph in fields(data, 0, len(data)):
        if graph.number == _MODEL_GRAPH:
            yield from fields(data, graph.start, graph.end)


def below(data: mmap.mmap, field: Field, path: tuple[int, ...]) -> Iterator[Field]:
    """The fields that are found by following these numbers down from `field`."""
    for one in fields(data, field.start, field.end):
        if one.number == path[0]:
            yield from below(data, one, path[1:]) if path[1:] else (one,)


def fields(data: mmap.mmap, start: int, end: int) -> Iterator[Field]:
    """A message's fields. Raises Damaged."""
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
            raise Damaged
        if start > end:
            raise Damaged
        yield Field(number, value, first, start if first else 0)


def _integer(data: mmap.mmap, start: int, end: int) -> tuple[int, int]:
    """A varint of at most ten bytes, and where it ends. Raises Damaged."""
    value = 0
    for count, place in enumerate(range(start, min(end, start + 10))):
        byte = data[place]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, place + 1
    raise Damaged

"""What an ONNX file says of itself, read from its bytes without a session."""

from __future__ import annotations

import mmap
from pathlib import Path

from engines.fields import Damaged, fields

# Numbers of ONNX's fields.
_METADATA, _KEY, _VALUE = 14, 1, 2


def read_property(path: Path, key: str) -> str | None:
    """The metadata property of the ONNX file at `path`; None where it has none, and for a file that
    is damaged or cannot be read.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for one in fields(data, 0, len(data)):
                if one.number == _METADATA:
                    pair = {
                        part.number: data[part.start : part.end]
                        for part in fields(data, one.start, one.end)
                    }
                    if pair.get(_KEY) == key.encode():
                        return pair.get(_VALUE, b"").decode("utf-8")
    except (OSError, ValueError, Damaged):  # ValueError: an empty file, or no text
        return None
    return None

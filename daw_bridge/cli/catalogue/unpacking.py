"""What is wanted out of an archive, as bytes. No code in it is run, and nothing is unpickled.

A checkpoint of PyTorch is a zip with a pickle in it. One that holds numpy arrays in pickle's second
protocol has the bytes of each as text of Latin-1. `arrays` reads the opcodes of the pickle, which
runs none of them, and takes those texts in their order. The checksum of the archive, compared
before, says that they are the arrays that the graph expects.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path

from daw_bridge.errors import BadFile

_SHORTEST = 64
"""Bytes of the smallest array that is one; names and types are shorter."""
_TEXTS = ("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8")


def member(archive: Path, name: str) -> bytes:
    """One file of a zip (a wheel is one). Raises BadFile."""
    try:
        with zipfile.ZipFile(archive) as found:
            return found.read(name)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError) as error:
        raise BadFile(f"{archive}: {error}", f"a zip with {name}", "Fetch it again.") from error


def arrays(checkpoint: bytes) -> Iterator[bytes]:
    """The bytes of every array in a checkpoint of numpy arrays, in its order. Raises BadFile."""
    expected = "a checkpoint of PyTorch that holds numpy arrays"
    try:
        with zipfile.ZipFile(io.BytesIO(checkpoint)) as found:
            name = next(one for one in found.namelist() if one.endswith("/data.pkl"))
            pickled = found.read(name)
        for opcode, value, _ in pickletools.genops(pickled):
            if opcode.name in _TEXTS and isinstance(value, str) and len(value) >= _SHORTEST:
                yield value.encode("latin-1")
    except (zipfile.BadZipFile, StopIteration, ValueError, EOFError) as error:
        raise BadFile(f"a checkpoint with {error!r}", expected, "Fetch it again.") from error

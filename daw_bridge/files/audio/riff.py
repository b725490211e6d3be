"""The chunks of WAV files (RIFF, RF64, BW64) and AIFF: read, appended, made free of the time."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_CHUNK_BYTES = 16 << 20
"""The chunks beside the audio of which the content is read, together."""

_MAX_CHUNKS = 10_000
_AUDIO = (b"data", b"fmt ", b"ds64", b"SSND", b"COMM", b"FVER")
_FILES = (b"RIFF", b"RF64", b"BW64", b"FORM")
_UNKNOWN = 0xFFFFFFFF


@dataclass(frozen=True)
class Chunk:
    """A chunk: its name of four bytes, and its content, of one that is not `whole` four bytes."""

    name: bytes
    data: bytes
    whole: bool = True

    @property
    def form(self) -> bytes:
        """What a LIST lists: `INFO`, `adtl`, ...; nothing for other chunks."""
        return self.data[:4] if self.name == b"LIST" else b""

    def to_bytes(self) -> bytes:
        """As it lies in a file, padded to an even length."""
        size = len(self.data)
        return self.name + struct.pack("<I", size) + self.data + b"\0" * (size % 2)


def read_chunks(path: Path, wanted: Collection[bytes]) -> tuple[Chunk, ...]:
    """The chunks of a WAV or AIFF file beside its audio, () for other files. Raises OSError.

    Whole are those whose name, or form, is `wanted`, up to MAX_CHUNK_BYTES in all.
    """
    found: list[Chunk] = []
    left = MAX_CHUNK_BYTES
    with path.open("rb") as file:
        for name, at, size in _walk(file):
            if name in _AUDIO:
                continue
            start = Chunk(name, _content(file, at, min(size, 4)), whole=False)
            if (start.form or name) in wanted and size <= left:
                start = Chunk(name, _content(file, at, size))
                left -= size
            found.append(start)
    return tuple(found)


def append_chunks(path: Path, chunks: Sequence[Chunk]) -> None:
    """Write chunks behind the audio of a whole WAV file. Raises OSError."""
    if not chunks:
        return
    with path.open("r+b") as file:
        kind = file.read(4)
        end = file.seek(0, 2)
        file.write(b"\0" * (end % 2) + b"".join(chunk.to_bytes() for chunk in chunks))
        size = file.tell() - 8
        if kind == b"RIFF":
            file.seek(4)
            file.write(struct.pack("<I", size))
        else:  # RF64: the size is the first field of ds64, which is the first chunk
            file.seek(20)
            file.write(struct.pack("<Q", size))


def clear_peak_time(path: Path) -> None:
    """Zero the time in libsndfile's PEAK chunk, so that equal samples are equal files.

    WAV and AIFF have one; other files are left alone. Raises OSError.
    """
    with path.open("r+b") as file:
        for name, at, size in _walk(file):
            if name == b"PEAK" and size >= 8:
                file.seek(at + 4)
                file.write(b"\0" * 4)
                return


def _content(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _walk(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """(name, position of the content, size) of each chunk that is whole."""
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] not in _FILES or head[8:12] not in (b"WAVE", b"AIFF", b"AIFC"):
        return
    order = ">" if head[:4] == b"FORM" else "<"
    end, position, data_bytes = file.seek(0, 2), 12, 0
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        header = file.read(8)
        if len(header) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", header)
        if name == b"ds64":
            data_bytes = int.from_bytes(file.read(24)[8:16], "little")
        if name == b"data" and size == _UNKNOWN:
            size = data_bytes
        if position + 8 + size > end or name in _FILES:  # another file that was joined to it
            return
        yield name, position + 8, size
        position += 8 + size + size % 2

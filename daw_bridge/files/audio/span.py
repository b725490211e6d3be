"""Files as bytes: a stretch of a file as a file of its own, and fast looks at single bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 1 << 20

GoOn = Callable[[], None]
"""Called now and then, every few milliseconds, by what may take long; it raises to end that."""

Patch = tuple[int, bytes]
"""(offset in the span, bytes that are read there instead of the file's)"""


def keep_on() -> None:
    """Nobody ends it."""


@dataclass(frozen=True)
class Stretch:
    """Bytes `start` to `end` of a file, with a few bytes of its header corrected."""

    start: int
    end: int
    patches: tuple[Patch, ...] = ()


class Span(io.RawIOBase):
    """A stretch of a file as a file that can be read and sought in, for decoders."""

    def __init__(self, path: Path, stretch: Stretch) -> None:
        super().__init__()
        self._file = path.open("rb")
        self.stretch = stretch
        self._at = 0
        self._error: OSError | None = None

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self.stretch.end - self.stretch.start

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte; returns where."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where it is."""
        return self._at

    def read(self, count: int = -1) -> bytes:
        """At most `count` bytes; the rest for -1. Nothing after an error, which `check` raises."""
        left = max(0, self.size - self._at)
        wanted = left if count is None or count < 0 else min(count, left)
        data = self._bytes(wanted) if wanted else b""
        data = _patched(data, self._at, self.stretch.patches)
        self._at += len(data)
        return data

    def _bytes(self, wanted: int) -> bytes:
        """A decoder's library cannot pass an exception on: it is kept."""
        try:
            self._file.seek(self.stretch.start + self._at)
            return self._file.read(wanted)
        except OSError as error:
            self._error = error
            return b""

    def check(self) -> None:
        """Raises OSError where the disk did not give the bytes."""
        if self._error is not None:
            raise self._error

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; returns how many bytes."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def _patched(data: bytes, at: int, patches: tuple[Patch, ...]) -> bytes:
    touched = [one for one in patches if one[0] < at + len(data) and at < one[0] + len(one[1])]
    if not touched:
        return data
    made = bytearray(data)
    for where, new in touched:
        first, last = max(where, at), min(where + len(new), at + len(data))
        made[first - at : last - at] = new[first - where : last - where]
    return bytes(made)


class Look:
    """A file, or a stretch of it, whose bytes are looked at here and there; holds one MiB of it."""

    def __init__(
        self, path: Path, start: int = 0, end: int | None = None, go_on: GoOn = keep_on
    ) -> None:  # fmt: skip
        self._path, self._base, self._go_on = path, start, go_on
        self._file = path.open("rb")
        there = self._file.seek(0, io.SEEK_END)
        self.size = max(0, min(there, there if end is None else end) - start)
        self._start, self._chunk = 0, b""

    def at(self, offset: int, count: int) -> bytes:
        """`count` (at most a MiB) bytes from `offset`; fewer at the end of the file."""
        where = offset - self._start
        if where < 0 or where + count > len(self._chunk):
            self._go_on()
            self._file.seek(self._base + offset)
            left = max(0, self.size - offset)
            self._start, self._chunk, where = offset, self._file.read(min(_CHUNK_BYTES, left)), 0
        return self._chunk[where : where + count]

    def find(self, mark: bytes, offset: int) -> int:
        """Where these bytes are next, from `offset` on; -1 where they are no more."""
        while offset < self.size:
            chunk = self.at(offset, _CHUNK_BYTES)
            found = chunk.find(mark)
            if found >= 0:
                return offset + found
            offset += max(1, len(chunk) - len(mark) + 1)
        return -1

    def between(self, start: int, end: int) -> Look:
        """A stretch of it as a file of its own, to be closed as well."""
        return Look(self._path, self._base + start, self._base + end, self._go_on)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._file.close()

"""A file that remembers what the system refused: encoders do not report their last write.

Without it a full disk could cut the end of a compressed file off, and nobody would know.
"""

from __future__ import annotations

import os
from pathlib import Path


class Target:
    """A new file as libsndfile writes to it. `error`: the first one, None while all went well.

    Raises OSError where the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.error: OSError | None = None
        self._file = path.open("w+b", buffering=0)

    def write(self, data: bytes) -> int:
        """Write all of it; returns the bytes that were written."""
        rest = memoryview(data)
        try:
            while len(rest):
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.error = self.error or error
        return len(data) - len(rest)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; returns it."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The position."""
        return self._file.tell()

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error

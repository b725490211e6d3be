"""The hash of a file's samples, however the file holds them."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


class Digest:
    """SHA-256 over samples as interleaved little-endian float32.

    Integers of up to 24 bits are exact in float32, so a file read back has the hash it was written
    with.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, audio: NDArray[np.float32]) -> None:
        """The next samples, `(channels, n) float32`."""
        self._hash.update(np.ascontiguousarray(audio.T, "<f4").data)

    def hex(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()

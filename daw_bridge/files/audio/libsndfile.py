"""libsndfile as a decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from daw_bridge.files.audio.decoder import Form, Undecodable
from daw_bridge.files.audio.info import LIBSNDFILE, Audio, reason
from daw_bridge.files.audio.span import Span, Stretch

_BLOCK_FRAMES = 16384
_NO_LENGTH = 2**63 - 1
"""Frames that libsndfile gives a file whose header does not say how many."""


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """Reads on and never seeks.

    soundfile seeks after each block, and after a seek libsndfile decodes the next samples of MP3
    and Opus without what came before them: up to 0.15 away from what they are.
    """

    def seekable(self) -> bool:
        """Not for soundfile."""
        return False


class LibsndfileDecoder:
    """A stretch of a file, read by libsndfile. Raises Undecodable for what it does not know."""

    def __init__(self, path: Path, stretch: Stretch) -> None:
        self._span, self._read = Span(path, stretch), 0
        try:
            self._file = _Forward(self._span)
        except soundfile.SoundFileError as error:
            self._span.close()
            raise Undecodable(reason(error)) from error
        sound = self._file
        frames = None if sound.frames >= _NO_LENGTH else sound.frames
        encoding = f"{sound.format} {sound.subtype}"
        self.form = Form(sound.samplerate, sound.channels, frames, encoding, LIBSNDFILE)

    def has_end(self) -> bool:
        """Whether the last sample that the header states can be read; nothing else after that."""
        frames = self.form.frames or 0
        try:
            self._file.seek(max(0, frames - 1))
            there = len(self._file.read(1, dtype="float32", always_2d=True))
        except soundfile.SoundFileError:
            return False
        return there == min(1, frames)

    def next_block(self) -> Audio | None:
        """The next samples, `(channels, n) float32`; None at the end. Raises Undecodable."""
        try:
            block = self._file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            self._span.check()
            raise Undecodable(reason(error)) from error
        self._span.check()
        self._read += len(block)
        return np.ascontiguousarray(block.T) if len(block) else None

    def count_block(self) -> int | None:
        """How many samples `next_block` would give."""
        block = self.next_block()
        return None if block is None else block.shape[1]

    def exact_length(self) -> None:
        """As many as were read."""

    def missing(self) -> str:
        """What the header states and was not there."""
        frames = self.form.frames or 0
        return f"it has {self._read} of {frames} samples" if self._read < frames else ""

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._span.close()

"""An audio file as blocks of samples, whoever decodes it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.decoder import Changes, Decoder, Undecodable
from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.measure import Asked, measure, open_part
from daw_bridge.files.audio.refusals import damaged_at
from daw_bridge.files.audio.span import GoOn, keep_on


class AudioReader:
    """An open audio file, read in blocks. Raises BadFile with the file's name.

    `partial`: read what is there of a file that is not whole. `track`, from 1: which of its audio
    streams.
    """

    def __init__(self, path: Path, partial: bool = False, track: int = 1) -> None:
        self._asked = Asked(path, partial, track)
        measured = measure(self._asked)
        self.info = measured.info
        self._parts = list(measured.parts)
        self._decoder: Decoder | None = None
        self._part_left = self._read = 0
        self._left: Audio = np.zeros((self.info.channels, 0), np.float32)

    @classmethod
    def of(cls, info: AudioInfo) -> AudioReader:
        """The reader of a file that `probe` has looked at."""
        return cls(info.path, info.partial, info.track)

    def read(self, frames: int) -> Audio:
        """The next `frames` samples, `(channels, frames)`; fewer, then none, at the end.

        Raises BadFile where the data is damaged or ends before the header's length.
        """
        wanted = min(frames, self.info.frames - self._read)
        blocks, have = [self._left], self._left.shape[1]
        while have < wanted:
            blocks.append(self._next_block(self._read + have))
            have += blocks[-1].shape[1]
        audio = np.concatenate(blocks, axis=1) if len(blocks) > 1 else blocks[0]
        self._left = audio[:, wanted:]
        self._read += wanted
        return np.ascontiguousarray(audio[:, :wanted])

    def _next_block(self, position: int) -> Audio:
        while self._part_left == 0:
            self._open_next()
        assert self._decoder is not None
        try:
            block = self._decoder.next_block()
        except (Undecodable, Changes, OSError) as error:
            raise damaged_at(self.info, position, str(error)) from error
        if block is None:
            raise damaged_at(self.info, position, "the file ends there")
        block = block[:, : self._part_left]
        self._part_left -= block.shape[1]
        return block

    def _open_next(self) -> None:
        self.close()
        part = self._parts.pop(0)
        try:
            self._decoder = open_part(self._asked, part)
        except Undecodable as error:
            raise damaged_at(self.info, self._read, str(error)) from error
        self._part_left = part.frames or 0

    def close(self) -> None:
        """Close the file."""
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def probe(
    path: Path, partial: bool = False, track: int = 1, go_on: GoOn = keep_on
) -> AudioInfo:  # fmt: skip
    """What an audio file holds; where its header does not tell, all of it is decoded.

    Raises BadFile for what cannot be read, or holds no sample; what `go_on` raises.
    """
    info = measure(Asked(path, partial, track, go_on)).info
    if info.frames < 1:
        raise BadFile(f"{path} holds no audio (0 samples)", "at least 1 sample", "Export it again.")
    return info

"""A part of a song: from where to where, and the music around it that helps as context.

Positions are samples per channel from the beginning of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.reader import AudioReader
from daw_bridge.files.audio.span import GoOn, keep_on
from daw_bridge.files.times import Time

_SKIP_FRAMES = 65536


@dataclass(frozen=True)
class Part:
    """Written is `start` to `end`, read is `first` to `last`: context lies on both sides."""

    first: int
    start: int
    end: int
    last: int

    @property
    def frames(self) -> int:
        """Samples that are written."""
        return self.end - self.start

    @property
    def frames_read(self) -> int:
        """Samples that are read and separated."""
        return self.last - self.first


def part_of(
    info: AudioInfo, start: Time | None, end: Time | None, context: int, hop: int = 1
) -> Part:
    """The part of a file, with `context` samples around it where there are so many.

    Reading begins at a multiple of `hop`, so that windows lie where they lie in the whole song.
    Raises BadValue.
    """
    first = 0 if start is None else start.frames(info.rate_hz)
    last = info.frames if end is None else end.frames(info.rate_hz)
    length = f"{info.path} has {info.frames} samples ({info.seconds:.3f} s)"
    if first >= info.frames or last > info.frames:
        name, at = ("--start", first) if first >= info.frames else ("--end", last)
        raise BadValue(
            f"{name} is at sample {at}, and {length}", "a time within it",
            "Choose an earlier time.",
        )  # fmt: skip
    if first >= last:
        raise BadValue(
            f"--start is at sample {first} and --end at {last}", "a start before the end",
            "Exchange them.",
        )  # fmt: skip
    heard = max(0, first - context) // hop * hop
    return Part(heard, first, last, min(info.frames, last + context))


def go_to(reader: AudioReader, frames: int, go_on: GoOn = keep_on) -> None:
    """Read on to this sample, or to the end of a file that is shorter; `go_on` ends it by raising.

    Nothing is sought: after that, decoders of lossy kinds give other samples.
    """
    while frames > 0 and (block := reader.read(min(frames, _SKIP_FRAMES))).shape[1]:
        frames -= block.shape[1]
        go_on()


class Cutter:
    """Keeps of audio that comes in order from `part.first` on what belongs to the part."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._at = part.first

    def cut(self, audio: Audio) -> Audio:
        """The samples, the last axis, that are written; `audio` is what comes next."""
        low, high = self._part.start - self._at, self._part.end - self._at
        self._at += audio.shape[-1]
        size = audio.shape[-1]
        return audio[..., np.clip(low, 0, size) : np.clip(high, 0, size)]

"""Two models over one song, block by block and side by side, as `separate` runs each of them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from daw_bridge.cli.models.comparing.songs import Song, SongReader
from daw_bridge.cli.models.comparing.sums import Row
from daw_bridge.files.audio.info import Audio
from daw_bridge.files.part import Cutter, Part, part_of
from daw_bridge.files.plan import reach, settings_of
from daw_bridge.files.request import request_from
from daw_bridge.files.separation import BLOCK_FRAMES
from daw_bridge.files.times import Time
from daw_bridge.settings.parameters import Value
from engines.load import Model
from engines.making import make_stream
from engines.spread import spread

Options = Sequence[tuple[str, Value]]
"""What both models are told, by the names of the options of `separate`."""
See = Callable[[Audio], None]
"""Gets the rows of a song, `(rows, channels, n)`, in order."""
LANES = ("a", "b")


@dataclass(frozen=True)
class Heard:
    """What one model took for a song: seconds of computing, and windows without a finite answer."""

    seconds: float
    refused: int


class Waiting:
    """Samples in order, `(rows, channels, n)`, until they are taken."""

    def __init__(self, rows: int, channels: int) -> None:
        self._pieces = deque[Audio]()
        self._empty: Audio = np.zeros((rows, channels, 0), np.float32)
        self.frames = 0

    def put(self, piece: Audio) -> None:
        """More of them."""
        if piece.shape[-1]:
            self._pieces.append(piece)
            self.frames += piece.shape[-1]

    def take(self, frames: int) -> Audio:
        """The first `frames`, of which there must be so many."""
        taken, left = [self._empty], frames
        while left:
            piece = self._pieces.popleft()
            taken.append(piece[..., :left])
            if piece.shape[-1] > left:
                self._pieces.appendleft(piece[..., left:])
            left -= taken[-1].shape[-1]
        self.frames -= frames
        return np.concatenate(taken, axis=-1)


class Lane:
    """One model on one song. `out` holds what was separated of the part and not taken yet."""

    def __init__(self, model: Model, song: Song, options: Options, seconds: float) -> None:
        request = request_from(Path("song"), Path(), (*options, ("model", str(model.path))))
        asked = settings_of(request, model.spec, song.info.rate_hz)
        settings = replace(asked, channels=song.info.channels)
        context = reach(spread(model, settings), song.info)
        self.part = part_of(song.info, *middle(song, seconds), *context)
        self._stream = make_stream(model, settings)
        self.outputs = self._stream.outputs
        self.out = Waiting(len(self.outputs), song.info.channels)
        self._cutter, self._at, self._seconds = Cutter(self.part), self.part.first, 0.0

    def give(self, at: int, block: Audio) -> None:
        """A block of the mix, `(channels, n)`, from sample `at` of the song on."""
        low, high = (min(max(0, end - at), block.shape[-1]) for end in (self._at, self.part.last))
        if high <= low:
            return
        self._timed(lambda: self._stream.push(block[:, low:high]))
        self._at = at + high
        if self._at == self.part.last:
            self._timed(self._stream.flush)

    def _timed(self, work: Callable[[], Audio]) -> None:
        start = time.perf_counter()
        found = work()
        self._seconds += time.perf_counter() - start
        self.out.put(self._cutter.cut(found))

    @property
    def heard(self) -> Heard:
        """So far."""
        return Heard(self._seconds, self._stream.stats.nonfinite_out)


def middle(song: Song, seconds: float) -> tuple[Time | None, Time | None]:
    """From where to where: so many seconds in the middle of the song; all of it for 0."""
    frames = max(1, round(seconds * song.info.rate_hz))
    if not seconds or frames >= song.info.frames:
        return None, None
    start = (song.info.frames - frames) // 2
    return Time(samples=start), Time(samples=start + frames)


def rows_of(song: Song, lanes: Sequence[Lane]) -> tuple[Row, ...]:
    """What the rows of `run` are: the mix, the true stems, the outputs of each model."""
    true = (Row("true", name) for name in song.names)
    outputs = (Row(who, stem) for who, lane in zip(LANES, lanes, strict=True)
               for stem in lane.outputs)  # fmt: skip
    return (Row("mix", ""), *true, *outputs)


def run(song: Song, lanes: Sequence[Lane], see: See) -> Iterator[float]:
    """Gives `see` all rows of the song's part; yields how far it is, 0 to 1.

    Raises BadFile, InferenceError.
    """
    first = min(lane.part.first for lane in lanes)
    last = max(lane.part.last for lane in lanes)
    start, end = lanes[0].part.start, lanes[0].part.end
    heard = Waiting(1 + len(song.stems), song.info.channels)
    cutter = Cutter(Part(first, start, end, last))
    with SongReader(song) as reader:
        reader.go_to(first)
        for at in range(first, last, BLOCK_FRAMES):
            block = reader.read(min(BLOCK_FRAMES, last - at))
            heard.put(cutter.cut(block))
            for lane in lanes:
                lane.give(at, block[0])
            every = (heard, *(lane.out for lane in lanes))
            ready = min(one.frames for one in every)
            see(np.concatenate([one.take(ready) for one in every]))
            yield (at + block.shape[-1] - first) / (last - first)

"""The part of a song between two times, and how its context is cut off."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.audio.reader import AudioReader
from daw_bridge.files.part import Cutter, Part, Time, go_to, part_of
from tests.rigs.sounds import load, noise, save

INFO = AudioInfo(Path("x.wav"), 44100, 2, 100_000, "WAV FLOAT")


def test_a_part_has_context_where_there_is_some() -> None:
    whole = part_of(INFO, None, None, 1000, 300)
    assert whole == Part(0, 0, 100_000, 100_000)
    part = part_of(INFO, Time(samples=5000), Time(samples=99_500), 1000, 300)
    assert part == Part(3900, 5000, 99_500, 100_000)
    assert (part.frames, part.frames_read) == (94_500, 96_100)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (Time(samples=100_000), None, "--start is at sample 100000"),
        (None, Time(samples=100_001), "--end is at sample 100001"),
        (Time(Fraction(2)), Time(Fraction(1)), "a start before the end"),
        (Time(samples=5), Time(samples=5), "a start before the end"),
        (None, Time(samples=0), "a start before the end"),
    ],
)
def test_a_part_lies_within_the_song(start: Time | None, end: Time | None, text: str) -> None:
    with pytest.raises(BadValue, match=text):
        part_of(INFO, start, end, 1000)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 9), st.integers(1, 17))
def test_a_cutter_keeps_the_part_whatever_the_blocks(
    start: int, length: int, context: int, block: int
) -> None:
    part = Part(max(0, start - context), start, start + length, start + length + context)
    audio = np.arange(part.first, part.last, dtype=np.float32)[None]
    cutter = Cutter(part)
    kept = [cutter.cut(audio[:, k : k + block]) for k in range(0, audio.shape[1], block)]
    assert np.concatenate(kept, axis=1)[0].tolist() == list(range(start, start + length))


def test_reading_on_to_a_sample(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(2, 70_000))
    for frames in (0, 3, 69_999, 80_000):
        with AudioReader(path) as reader:
            go_to(reader, frames)
            np.testing.assert_array_equal(reader.read(50), load(path)[:, frames : frames + 50])


def test_the_way_to_a_part_can_be_ended(tmp_path: Path) -> None:
    path = save(tmp_path / "x.wav", noise(1, 500_000))
    read = []

    class Ended(Exception):
        pass

    def go_on() -> None:
        read.append(1)
        if len(read) == 3:
            raise Ended

    with AudioReader(path) as reader:
        with pytest.raises(Ended):
            go_to(reader, 400_000, go_on)
        assert reader.read(1000).shape == (1, 1000)  # it stands where it was ended

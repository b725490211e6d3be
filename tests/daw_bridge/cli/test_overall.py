"""One line for many songs: how many are done, and the time that the others will take."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.cli.overall import Overall
from daw_bridge.files.types import Done, Failed, Notice, Progress


def song(number: int) -> Path:
    return Path(f"{number}.wav")


def test_songs_are_counted_and_the_time_follows() -> None:
    overall = Overall(10, 100.0)
    assert overall.fraction == 0.0 and overall.words(100.0) == "0 of 10 songs, 0 at work"
    for k in (0, 1):
        overall.take(song(k), Progress(k, 0.0, "separate", None))
        overall.take(song(k), Done(k))
    overall.take(song(2), Progress(2, 0.5, "separate", 3.0))
    assert overall.fraction == 0.25
    assert overall.words(125.0) == "2 of 10 songs, 1 at work, 1:15 left"


def test_what_took_no_time_does_not_count_for_the_others() -> None:
    overall = Overall(8, 0.0)
    for k in range(4):
        overall.take(song(k), Progress(k, 0.0, "check", None))
        overall.take(song(k), Notice(k, "skipped", "it is there"))
        overall.take(song(k), Done(k))
    overall.take(song(4), Failed(0, "bad_file", "no"))
    assert overall.words(1.0) == "5 of 8 songs, 1 failed, 0 at work"
    overall.take(song(5), Progress(5, 0.5, "check", None))
    assert overall.fraction == 5 / 8
    overall.take(song(5), Progress(5, 1.0, "separate", None))
    overall.take(song(5), Done(5))
    assert overall.words(11.0) == "6 of 8 songs, 1 failed, 0 at work, 0:22 left"

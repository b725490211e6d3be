"""Composed songs: the same from the same seed, readable by the renderer, and free for any use."""

from __future__ import annotations

import io
import json
from pathlib import Path

import mido
import numpy as np
import pytest

from export.__main__ import main
from export.data import compose, songbook
from export.data.errors import DataError
from export.data.licences import of_source
from export.data.midi import MidiLibrary, read_song, seconds_played
from export.data.riffs import Hit


def test_a_song_comes_from_its_seed_and_number_alone() -> None:
    assert compose.compose(0, 3) == compose.compose(0, 3)
    assert len({compose.compose(seed, n)[0] for seed in (0, 1) for n in (0, 1)}) == 4


def test_songs_differ_in_what_they_are_drawn_from() -> None:
    scores = [compose.draw_score(np.random.default_rng(n)) for n in range(60)]
    assert {bars[0].beats for score in scores for _, bars in score.sections} == {3, 4}
    assert len({score.tempo for score in scores}) > 30
    assert {score.swing > 0 for score in scores} == {True, False}
    counts = [sum(part.stem == "guitar" for part in score.parts) for score in scores]
    assert set(counts) == {0, 1, 2}
    for score in scores:
        assert len(score.parts) >= 2
        channels = [part.channel for part in score.parts]
        assert len(set(channels)) == len(channels)
        assert all((part.channel == 9) == (part.stem == "drums") for part in score.parts)


def test_the_file_plays_each_part_as_its_stem() -> None:
    for number in range(8):
        rng = np.random.default_rng([0, number])
        score = compose.draw_score(rng)
        song = read_song(compose.midi_bytes(rng, score))
        played = seconds_played(song)
        assert {s for s, seconds in played.items() if seconds} == {p.stem for p in score.parts}
        beats = sum(bar.beats for _, bars in score.sections for bar in bars)
        assert song.seconds == pytest.approx(beats * 60 / score.tempo, rel=0.2)


def test_a_section_that_comes_again_has_the_same_chords() -> None:
    score = compose.draw_score(np.random.default_rng(1))
    verses = [bars for kind, bars in score.sections if kind == "verse"]
    assert len(verses) == 2 and verses[0] == verses[1]


def test_a_bend_rises_to_the_note_and_ends_there() -> None:
    part = compose.Part("guitar", 30, 0, 64, 100, ())
    track = compose._track(part, [Hit(1.0, 1.0, 64, 90, bend=2.0), Hit(3.0, 1.0, 67, 90)])
    bends = [message.pitch for message in track if message.type == "pitchwheel"]
    assert bends[0] == -8191 and bends[-1] == 0 and bends == sorted(bends)
    kinds = [message.type for message in track if message.type in ("note_on", "pitchwheel")]
    assert kinds[0] == "pitchwheel"  # the string is bent before it sounds
    assert sum(message.time for message in track) == 4 * compose.TICKS_PER_BEAT


def test_swing_delays_the_second_half_of_a_beat() -> None:
    bars = compose._bars(np.random.default_rng(0), 4, 4, 0, False, 0.0)
    riff = lambda bar: [Hit(0.0, 0.4, 40, 90), Hit(0.5, 0.4, 40, 90)]  # noqa: E731
    part = compose.Part("bass", 33, 0, 64, 100, (("verse", riff),))
    score = compose.Score(120, 1 / 6, 0.0, (("verse", bars),), (part,))
    beats = [hit.beat for hit in compose.played(np.random.default_rng(0), score, part)]
    assert beats[:4] == pytest.approx([0, 0.5 + 1 / 6, 4, 4.5 + 1 / 6])


def test_a_library_is_made_and_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["compose", "--out", str(tmp_path), "--songs", "1"]) == 0
    before = (tmp_path / "composed-0-0000.mid").stat().st_mtime_ns
    assert main(["compose", "--out", str(tmp_path), "--songs", "2"]) == 0
    assert (tmp_path / "composed-0-0000.mid").stat().st_mtime_ns == before
    records = MidiLibrary(tmp_path).records
    assert [(r.song_id, r.source, r.split) for r in records] == [
        ("composed-0-0000", "composed", "valid"), ("composed-0-0001", "composed", "train"),
    ]  # fmt: skip
    assert of_source("composed").terms == "permissive"
    data = (tmp_path / "composed-0-0001.mid").read_bytes()
    assert data == compose.compose(0, 1)[0]
    assert mido.MidiFile(file=io.BytesIO(data)).length > 30


def test_songs_that_cannot_be_made_are_passed_over_but_for_missing_tools(tmp_path: Path) -> None:
    def make(number: int) -> tuple[bytes, str]:
        if number == 1:
            raise DataError("odd", "no song today")
        return compose.compose(0, number)

    assert songbook.make_library(tmp_path, "composed", 0, 3, make) == 1
    lines = (tmp_path / "index.jsonl").read_text().splitlines()
    assert [json.loads(line)["file"] for line in lines] == [
        "composed-0-0000.mid", "composed-0-0002.mid",
    ]  # fmt: skip

    def missing(number: int) -> tuple[bytes, str]:
        raise DataError("tool-missing", "install it")

    with pytest.raises(DataError, match="tool-missing"):
        songbook.make_library(tmp_path / "other", "composed", 0, 1, missing)


def test_degrees_of_a_progression() -> None:
    assert [songbook.split_degree(d) for d in ("0", "9m", "10", "2m7b5")] == [
        (0, ""), (9, "m"), (10, ""), (2, "m7b5"),
    ]  # fmt: skip

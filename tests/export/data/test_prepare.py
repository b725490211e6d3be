"""Folders of songs become training data: whole, resumable, and with faults that are named."""

from __future__ import annotations

import json
import re
import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.data import prepare as preparing
from export.data import song_folder
from export.data.errors import DataError
from export.data.prepare import read_index
from export.data.song_folder import note_of
from tests.rigs.export.songs import STEMS, tone, write, write_songs


def prepared(*words: object) -> int:
    return main(["prepare", *map(str, words)])


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, always_2d=True)[0]


def test_ten_songs_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs, data = write_songs(tmp_path / "songs"), tmp_path / "data"
    assert prepared(songs, "-o", data) == 0
    said = capsys.readouterr().out
    assert "10 songs (plain, own songs)" in said and "8 to train on, 2 to validate on" in said
    assert "--setup song: of 10 songs, by itself: drums 10, bass 10, other 10, vocals 10" in said
    assert "next: python -m export train" in said
    index = read_index(data)
    assert [len(index["songs"][split]) for split in ("train", "valid")] == [8, 2]
    name = index["songs"]["train"][0]
    for stem in STEMS:
        seen = read(data / "train" / name / f"{stem}.flac")
        np.testing.assert_allclose(seen, read(songs / name / f"{stem}.wav"), atol=2e-7)
    card = json.loads((data / "card.json").read_text())
    assert "own songs (10 songs, 0.00 h; not stated)" in card["licence"]
    assert not list(data.rglob(".*"))


def test_a_second_run_makes_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    songs, data = write_songs(tmp_path / "songs", 6), tmp_path / "data"
    assert prepared(songs, "-o", data) == 0
    before = read_index(data)["songs"]
    made: list[str] = []
    make = song_folder.make_song
    monkeypatch.setattr(preparing, "make_song", lambda s, out: (made.append(s.name), make(s, out)))
    assert prepared(songs, "-o", data) == 0 and made == []
    write(songs / "Song 2" / "bass.wav", tone(9))
    write(songs / "New" / "drums.wav", tone(1))
    assert prepared(songs, "-o", data) == 0
    assert sorted(made) == ["New", "Song 2"]
    assert read_index(data)["songs"]["valid"] == before["valid"]
    shutil.rmtree(songs / "Song 3")
    assert prepared(songs, "-o", data) == 0
    named = [name for names in read_index(data)["songs"].values() for name in names]
    assert "Song 3" not in named and len(named) == 6


def test_a_song_that_changes_its_split_is_moved(tmp_path: Path) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    assert prepared(songs, "-o", data) == 0
    other = read_index(data)["songs"]["train"][0]
    (songs / "songs.toml").write_text(f"valid = ['{other}']")
    assert prepared(songs, "-o", data) == 0
    assert read_index(data)["songs"]["valid"] == [other]
    assert (data / "valid" / other).is_dir() and not (data / "train" / other).exists()


def test_ctrl_c_leaves_whole_songs_and_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    write_parts, calls = song_folder._write_parts, []

    def stopped(*args: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write_parts(*args)

    monkeypatch.setattr(song_folder, "_write_parts", stopped)
    assert prepared(songs, "-o", data) == 130
    assert "resumes" in capsys.readouterr().err
    left = [path.name for path in data.glob("*/*")]
    assert len(left) == 1 and not (data / "songs.json").exists()
    assert prepared(songs, "-o", data) == 0 and len(calls) == 4


def readable(data: Path) -> int:
    """Songs that the index names, each of which is there with its note."""
    songs = read_index(data)["songs"].items()
    return len([note_of(data / split / name) for split, names in songs for name in names])


@pytest.mark.parametrize("stop", [DataError("song-faulty", "faulty"), KeyboardInterrupt()])
def test_a_run_that_does_not_end_leaves_what_was_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    """Every song has changed files, and one another split: what training reads stays whole."""
    songs, data = write_songs(tmp_path / "songs", 4), tmp_path / "data"
    assert prepared(songs, "-o", data) == 0
    other = read_index(data)["songs"]["train"][0]
    (songs / "songs.toml").write_text(f"valid = ['{other}']")
    for number in range(4):
        write(songs / f"Song {number + 1}" / "bass.wav", tone(9))

    def stopped(*args: object) -> None:
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(song_folder, "_write_parts", stopped)
        assert prepared(songs, "-o", data) != 0
    assert readable(data) == 4 and (data / "valid" / other).is_dir()
    assert not list(data.rglob(".*"))
    assert prepared(songs, "-o", data) == 0 and readable(data) == 4
    np.testing.assert_allclose(read(data / "valid" / other / "bass.flac"), tone(9), atol=2e-7)


def test_several_files_of_one_stem_are_added_and_what_is_unknown_is_part_of_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    write(songs / "Song 1" / "Kick.wav", tone(11))
    write(songs / "Song 1" / "Audio 07.wav", tone(12)[:, :1])
    assert prepared(songs, "-o", data, "--valid", "0") == 0
    assert "Audio 07.wav is nobody's name" in capsys.readouterr().out
    made = data / "train" / "Song 1"
    np.testing.assert_allclose(
        read(made / "drums.flac"), read(songs / "Song 1/drums.wav") + tone(11), atol=1e-6
    )
    np.testing.assert_allclose(
        read(made / "other.flac"), read(songs / "Song 1/other.wav") + tone(12)[:, :1], atol=1e-6
    )


def test_a_song_above_full_scale_is_turned_down_as_a_whole(tmp_path: Path) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    write(songs / "Song 1" / "drums.wav", 40 * tone(3))
    assert prepared(songs, "-o", data, "--valid", "0") == 0
    made = data / "train" / "Song 1"
    note = json.loads((made / "song.json").read_text())
    drums = read(made / "drums.flac")
    assert 0.99 < np.abs(drums).max() <= 1.0 and note["gain"] < 0.5
    np.testing.assert_allclose(drums, note["gain"] * 40 * tone(3), atol=1e-5)
    bass = read(songs / "Song 1/bass.wav")
    np.testing.assert_allclose(read(made / "bass.flac"), note["gain"] * bass, atol=1e-5)


def bounced(song: Path) -> Path:
    """The song's mix, in place of its rest."""
    others = [read(song / f"{stem}.wav") for stem in STEMS if stem != "other"]
    return write(song / "other.wav", np.sum(others, axis=0) + 0.1 * tone(14))


FAULTS = {
    "mix": (bounced, "its rest is the sum of its other files"),
    "length": (
        lambda song: write(song / "bass.wav", tone(1, 1.5)),
        "differ in length .*bass.wav 1.5",
    ),
    "rate": (lambda song: write(song / "bass.wav", tone(1, 1.0, 48000), 48000), "differ in rate"),
    "empty": (lambda song: write(song / "bass.wav", tone(1, 0.0)), "bass.wav is empty"),
    "silent": (lambda song: write(song / "bass.wav", 0 * tone(1)), "bass.wav is silent"),
    "broken": (lambda song: (song / "bass.wav").write_bytes(b"x"), "bass.wav cannot be read"),
    "nan": (lambda song: write(song / "bass.wav", np.nan * tone(1)), "no numbers"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_song_is_named_and_can_be_left_out(
    tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, data = write_songs(tmp_path / "songs", 4), tmp_path / "data"
    make, message = FAULTS[fault]
    make(songs / "Song 2")
    assert prepared(songs, "-o", data) == 1
    said = capsys.readouterr().err
    assert re.search(message, said) and "Song 2" in said and "[songs-faulty]" in said
    assert "--skip-faulty" in said and not (data / "songs.json").exists()
    assert not list(data.glob("*/Song 2")) and not list(data.rglob(".*"))
    assert prepared(songs, "-o", data, "--skip-faulty") == 0
    assert "left out: " in capsys.readouterr().out
    assert len([n for names in read_index(data)["songs"].values() for n in names]) == 3


def test_files_that_begin_together_may_differ_where_it_is_said(tmp_path: Path) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    write(songs / "Song 1" / "bass.wav", tone(1, 1.5, 48000), 48000)
    write(songs / "Song 1" / "vocals.wav", 0 * tone(1))
    (songs / "songs.toml").write_text("pad = true\nsilent = ['Song 1/vocals']")
    assert prepared(songs, "-o", data, "--valid", "0") == 0
    made = data / "train" / "Song 1"
    assert sorted(path.name for path in made.glob("*.flac")) == [
        "bass.flac",
        "drums.flac",
        "other.flac",
    ]
    assert len(read(made / "bass.flac")) == pytest.approx(66150, abs=2)
    assert json.loads((made / "song.json").read_text())["samples"] == len(read(made / "bass.flac"))


def test_too_few_songs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs, data = write_songs(tmp_path / "songs", 2), tmp_path / "data"
    assert prepared(songs, "-o", data) == 1
    assert "2 songs, too few to keep one for validation" in capsys.readouterr().err
    assert prepared(songs, "-o", data, "--valid", "2") == 1
    assert "no song is left to train on" in capsys.readouterr().err
    assert prepared(songs, "-o", data, "--valid", "0") == 0
    for words in ([], ["--valid", "1"]):  # both were learnt from
        assert prepared(songs, "-o", data, *words) == 1
        assert "learnt from" in capsys.readouterr().err
    assert prepared(songs, "-o", tmp_path / "new", "--valid", "1") == 0
    assert len(read_index(tmp_path / "new")["songs"]["valid"]) == 1
    assert prepared(songs, "-o", data, "--valid", "-1") == 2
    assert "expected 0 or more" in capsys.readouterr().err


def test_no_space_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1000))
    assert prepared(songs, "-o", data) == 1
    assert "[no-space]" in capsys.readouterr().err and not data.exists()


def test_two_sets_together_and_test_songs_if_asked(tmp_path: Path) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    write_songs(tmp_path / "more" / "test", 1)
    write_songs(tmp_path / "more", 1)
    (tmp_path / "more" / "songs.toml").write_text("set = 'more'\nterms = 'copyleft'")
    assert prepared(songs, tmp_path / "more", "-o", data) == 0
    index = read_index(data)
    assert "Song 1 (more)" in index["songs"]["train"] and "test" not in index["songs"]
    assert (index["terms"], set(index["sets"])) == ("restricted", {"own songs", "more"})
    assert prepared(songs, tmp_path / "more", "-o", data, "--test") == 0
    assert len(read_index(data)["songs"]["test"]) == 1


def test_a_folder_of_other_things_is_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, data = write_songs(tmp_path / "songs", 3), tmp_path / "data"
    (data / "train" / "Song 1").mkdir(parents=True)
    (data / "train" / "Song 1" / "precious.txt").write_text("mine")
    assert prepared(songs, "-o", data, "--valid", "0") == 1
    assert "not as prepare writes it" in capsys.readouterr().err
    assert (data / "train" / "Song 1" / "precious.txt").read_text() == "mine"


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 9, "songs": {}}'])
def test_a_broken_index_is_named(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    songs = write_songs(tmp_path / "songs", 3)
    (tmp_path / "songs.json").write_text(text)
    assert prepared(songs, "-o", tmp_path) == 1
    assert "[not-prepared]" in capsys.readouterr().err


def test_test_songs_are_found_where_they_are(tmp_path: Path) -> None:
    assert preparing.musdb_tests(tmp_path) == tmp_path / "musdb18-7" / "test"
    songs = write_songs(tmp_path / "songs", 3)
    write_songs(songs / "test", 1)
    assert prepared(songs, "-o", tmp_path / "data", "--test") == 0
    assert preparing.musdb_tests(tmp_path / "data") == tmp_path / "data" / "test"
    assert (tmp_path / "data" / "test" / "Song 1 (own songs)").is_dir()


def test_songs_of_one_name_stay_where_they_were(tmp_path: Path) -> None:
    one = write_songs(tmp_path / "one", 6)
    two = write_songs(tmp_path / "two", 12)
    for song in two.iterdir():
        write(song / "bass.wav", tone(15))
    data = tmp_path / "data"
    assert prepared(one, two, "-o", data, "--valid", 2) == 0

    def sides() -> dict[str, str]:
        index = read_index(data)["songs"]
        return {
            note_of(data / split / name)["stamp"]: split for split in index for name in index[split]
        }

    before = sides()
    assert len(before) == 18 and sorted(before.values()).count("valid") == 4
    assert prepared(two, one, "-o", data, "--valid", 2) == 0
    assert sides() == before
    assert prepared(one, two, "-o", data, "--valid", 2) == 0
    assert sides() == before


def test_two_mono_files_are_the_sides_of_one_signal(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs", 6)
    for song in songs.iterdir():
        (song / "drums.wav").unlink()
        left, right = (tone(number)[:, :1] for number in (3, 9))
        write(song / "OH L.wav", left)
        write(song / "OH (right).wav", right)
        write(song / "Kick L.wav", tone(5)[:, :1])
    data = tmp_path / "data"
    assert prepared(songs, "-o", data) == 0
    name = read_index(data)["songs"]["train"][0]
    heard = read(data / "train" / name / "drums.flac")
    kick = tone(5)[:, :1]  # no pair: in the middle
    np.testing.assert_allclose(heard, np.hstack([left, right]) + kick, atol=2e-7)

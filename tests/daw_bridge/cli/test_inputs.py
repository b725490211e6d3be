"""Files, folders and wildcards, as people give them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.cli.inputs import Inputs, find_inputs, is_audio
from daw_bridge.cli.separate_files import requests_of
from daw_bridge.errors import BadFile
from daw_bridge.files.record import RECORD

LINKS = pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """music/: songs, hidden files, a cover; disc/ has a song of the same name; made/ has stems."""
    for name in (
        "b.wav", "A.FLAC", "._b.wav", "cover.jpg", "disc/b.mp3", "disc/deep/c.aiff",
        "empty/note.txt", "made/drums.wav", f"made/{RECORD}", ".git/x.wav",
    ):  # fmt: skip
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return Path("music")


def names(found: Inputs) -> list[str]:
    return [str(one.path.relative_to("music")) for one in found.files]


def test_a_folder_is_the_audio_files_in_it(music: Path) -> None:
    found = find_inputs([music], recursive=False)
    assert names(found) == ["A.FLAC", "b.wav"]
    assert list(found.notes()) == ["left out: 2 hidden files"]


def test_recursive_takes_the_folders_below_and_mirrors_them(music: Path) -> None:
    found = find_inputs([music], recursive=True)
    assert names(found) == ["A.FLAC", "b.wav", "disc/b.mp3", "disc/deep/c.aiff"]
    assert "left out: 1 folder with stems that daw-bridge has made" in found.notes()
    made = requests_of(found.files, Path("out"), ())
    assert [str(one.out_dir / one.song_name) for one in made] == [
        "out/A", "out/b", "out/disc/b", "out/disc/deep/c",
    ]  # fmt: skip


def test_a_folder_of_videos_is_told(music: Path) -> None:
    for name in ("clip.MP4", "film.mkv", "kit.stem.mp4", "x.dts"):
        (music / name).touch()
    found = find_inputs([music], recursive=False)
    assert names(found) == ["A.FLAC", "b.wav", "kit.stem.mp4", "x.dts"]
    assert "left out: 2 videos (give one by its name for its sound)" in found.notes()
    assert [one.path.name for one in find_inputs([music / "clip.MP4"], False).files] == ["clip.MP4"]


def test_two_folders_with_the_same_names_do_not_meet(music: Path) -> None:
    other = Path("other/disc/B.wav")
    other.parent.mkdir(parents=True)
    other.touch()
    found = find_inputs([music, Path("other")], recursive=True)
    made = requests_of(found.files, Path("out"), ())
    assert str(made[-1].out_dir / made[-1].song_name) == "out/disc/B-2"


@LINKS
def test_links_in_a_circle_end(music: Path) -> None:
    (music / "disc" / "up").symlink_to(music.absolute())
    (music / "disc" / "self").symlink_to(".")
    (music / "gone.wav").symlink_to("nowhere.wav")
    assert names(find_inputs([music], recursive=True)) == [
        "A.FLAC", "b.wav", "disc/b.mp3", "disc/deep/c.aiff",
    ]  # fmt: skip


def test_wildcards_that_no_shell_expanded(music: Path) -> None:
    assert names(find_inputs([music / "*.wav"], recursive=False)) == ["b.wav"]
    assert names(find_inputs([music / "**" / "*.mp3"], recursive=False)) == ["disc/b.mp3"]
    found = find_inputs([music / "*.ogg", music / "b.wav"], recursive=False)
    assert names(found) == ["b.wav"]
    assert [str(path) for path, _ in found.problems] == [str(music / "*.ogg")]
    assert "no file matches" in str(found.problems[0][1])


def test_a_file_that_is_called_like_a_wildcard_is_a_file(music: Path) -> None:
    (music / "b[1].wav").touch()
    (music / "b1.wav").touch()
    assert names(find_inputs([music / "b[1].wav"], recursive=False)) == ["b[1].wav"]


def test_a_file_given_twice_is_separated_once(music: Path) -> None:
    given = [music / "b.wav", music, Path("music/disc/../b.wav")]
    found = find_inputs(given, recursive=False)
    assert names(found) == ["b.wav", "A.FLAC"]
    assert "given more than once, separated once: 2 files" in found.notes()


def test_what_has_nothing_in_it(music: Path) -> None:
    found = find_inputs([music / "empty", music / "disc" / "deep"], recursive=False)
    assert names(found) == ["disc/deep/c.aiff"]
    assert "holds no audio files" in str(found.problems[0][1])
    bare = Path("bare")
    (bare / "below").mkdir(parents=True)
    assert "--recursive" in str(find_inputs([bare], recursive=False).problems[0][1])
    with pytest.raises(BadFile, match=r"nothing to separate in music/made .*stems that daw-bridge"):
        find_inputs([music / "made"], recursive=False)


def test_a_folder_that_cannot_be_read_is_said(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "disc":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = find_inputs([music], recursive=True)
    assert names(found) == ["A.FLAC", "b.wav"]
    assert "cannot be read (Permission denied)" in str(found.problems[0][1])


def test_a_missing_file_is_left_to_whoever_reads_it(music: Path) -> None:
    assert names(find_inputs([music / "none.wav"], recursive=False)) == ["none.wav"]


def test_audio_by_its_name() -> None:
    assert is_audio("x.WAV") and is_audio("x.stem.mp4") and not is_audio("x.mp4")

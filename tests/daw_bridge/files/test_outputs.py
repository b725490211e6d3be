"""Folders that appear whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from daw_bridge.errors import FileInTheWay, WriteFailed
from daw_bridge.files.outputs import OutputFolder, refuse_existing


def fill(output: OutputFolder, *names: str, text: str = "new") -> None:
    for name in names:
        (output.partial / name).write_text(text)


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_folder_appears_at_commit_only(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "a" / "b" / "song", force=False) as output:
        fill(output, "x.wav", "y.wav")
        assert not (tmp_path / "a" / "b" / "song").exists()
        paths = output.commit(["x.wav", "y.wav"])
    assert everything(tmp_path) == ["a", "a/b", "a/b/song", "a/b/song/x.wav", "a/b/song/y.wav"]
    assert paths == [tmp_path / "a/b/song/x.wav", tmp_path / "a/b/song/y.wav"]
    mode = stat.S_IMODE((tmp_path / "a/b/song").stat().st_mode)
    assert mode == stat.S_IMODE((tmp_path / "a").stat().st_mode)


def test_an_error_leaves_nothing_not_even_parents(tmp_path: Path) -> None:
    def broken() -> None:
        with OutputFolder(tmp_path / "a" / "song", force=False) as output:
            fill(output, "x.wav")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert everything(tmp_path) == []


def test_parents_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with OutputFolder(tmp_path / "a" / "song", force=False) as output:
        fill(output, "x.wav")
    assert everything(tmp_path) == ["a"]


def test_force_replaces_its_own_names_only(tmp_path: Path) -> None:
    (tmp_path / "song").mkdir()
    for name in ("x.wav", "mine.txt"):
        (tmp_path / "song" / name).write_text("old")
    with pytest.raises(FileInTheWay, match=r"already holds x\.wav"):
        refuse_existing([tmp_path / "song" / "x.wav", tmp_path / "song" / "y.wav"], force=False)
    with OutputFolder(tmp_path / "song", force=True) as output:
        fill(output, "x.wav", "y.wav")
        output.commit(["x.wav", "y.wav"])
    assert everything(tmp_path) == ["song", "song/mine.txt", "song/x.wav", "song/y.wav"]
    assert (tmp_path / "song" / "x.wav").read_text() == "new"
    assert (tmp_path / "song" / "mine.txt").read_text() == "old"


def test_what_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "song", force=False) as output:
        fill(output, "x.wav")
        (tmp_path / "song").mkdir()
        (tmp_path / "song" / "x.wav").write_text("theirs")
        with pytest.raises(FileInTheWay):
            output.commit(["x.wav"])
    assert (tmp_path / "song" / "x.wav").read_text() == "theirs"
    assert everything(tmp_path) == ["song", "song/x.wav"]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "song").write_text("a file")
    with pytest.raises(FileInTheWay, match="in the way and cannot be overwritten"):
        refuse_existing([tmp_path / "song" / "x.wav"], force=True)
    with (
        pytest.raises(WriteFailed, match="cannot be written"),
        OutputFolder(tmp_path / "song" / "deeper", force=True),
    ):
        pass
    assert everything(tmp_path) == ["song"]

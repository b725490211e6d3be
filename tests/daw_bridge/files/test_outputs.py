"""Folders that appear whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from daw_bridge.errors import BadRecord, FileInTheWay, WriteFailed
from daw_bridge.files.leftovers import host_name
from daw_bridge.files.outputs import OutputFolder, Rights, refuse_existing
from daw_bridge.files.record import RECORD, Output, Recipe, Record, UsedFile, read_record


def fill(output: OutputFolder, *names: str, text: str = "new") -> None:
    for name in names:
        (output.partial / name).write_text(text)


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_folder_appears_at_commit_only(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "a" / "b" / "song", Rights(force=False)) as output:
        fill(output, "x.wav", "y.wav")
        assert not (tmp_path / "a" / "b" / "song").exists()
        paths = output.commit(["x.wav", "y.wav"])
    assert everything(tmp_path) == ["a", "a/b", "a/b/song", "a/b/song/x.wav", "a/b/song/y.wav"]
    assert paths == [tmp_path / "a/b/song/x.wav", tmp_path / "a/b/song/y.wav"]
    mode = stat.S_IMODE((tmp_path / "a/b/song").stat().st_mode)
    assert mode == stat.S_IMODE((tmp_path / "a").stat().st_mode)


def test_an_error_leaves_nothing_not_even_parents(tmp_path: Path) -> None:
    def broken() -> None:
        with OutputFolder(tmp_path / "a" / "song", Rights(force=False)) as output:
            fill(output, "x.wav")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert everything(tmp_path) == []


def test_parents_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with OutputFolder(tmp_path / "a" / "song", Rights(force=False)) as output:
        fill(output, "x.wav")
    assert everything(tmp_path) == ["a"]


def test_force_replaces_its_own_names_only(tmp_path: Path) -> None:
    (tmp_path / "song").mkdir()
    for name in ("x.wav", "mine.txt"):
        (tmp_path / "song" / name).write_text("old")
    with pytest.raises(FileInTheWay, match=r"already holds x\.wav"):
        refuse_existing([tmp_path / "song" / "x.wav", tmp_path / "song" / "y.wav"], force=False)
    with OutputFolder(tmp_path / "song", Rights(force=True)) as output:
        fill(output, "x.wav", "y.wav")
        output.commit(["x.wav", "y.wav"])
    assert everything(tmp_path) == ["song", "song/mine.txt", "song/x.wav", "song/y.wav"]
    assert (tmp_path / "song" / "x.wav").read_text() == "new"
    assert (tmp_path / "song" / "mine.txt").read_text() == "old"


def test_what_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "song", Rights(force=False)) as output:
        fill(output, "x.wav")
        (tmp_path / "song").mkdir()
        (tmp_path / "song" / "x.wav").write_text("theirs")
        with pytest.raises(FileInTheWay):
            output.commit(["x.wav"])
    assert (tmp_path / "song" / "x.wav").read_text() == "theirs"
    assert everything(tmp_path) == ["song", "song/x.wav"]


def test_a_folder_in_the_place_of_an_old_stem_stays(tmp_path: Path) -> None:
    folder = tmp_path / "song"
    make(folder, Rights(), "x.wav", "y.wav")
    (folder / "y.wav").unlink()
    (folder / "y.wav").mkdir()
    make(folder, Rights(force=True), "x.wav")
    assert everything(folder) == [RECORD, "x.wav", "y.wav"]
    assert read_record(folder) == recorded("x.wav")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "song").write_text("a file")
    with pytest.raises(FileInTheWay, match="in the way and cannot be overwritten"):
        refuse_existing([tmp_path / "song" / "x.wav"], force=True)
    with (
        pytest.raises(WriteFailed, match="cannot be written"),
        OutputFolder(tmp_path / "song" / "deeper", Rights(force=True)),
    ):
        pass
    assert everything(tmp_path) == ["song"]


def recorded(*names: str, complete: bool = True) -> Record:
    used = UsedFile("song.wav", 1, "00")
    files = tuple(Output(name.split(".")[0], name, "00") for name in names)
    return Record(1, "0", complete, Recipe(used, used, (), ()), 44100, 2, 1, files)


def make(folder: Path, rights: Rights, *names: str, text: str = "new") -> None:
    with OutputFolder(folder, rights) as output:
        fill(output, *names, text=text)
        output.commit(names, recorded(*names))


def test_a_record_comes_with_the_files(tmp_path: Path) -> None:
    make(tmp_path / "song", Rights(), "x.wav")
    assert everything(tmp_path) == ["song", f"song/{RECORD}", "song/x.wav"]
    assert read_record(tmp_path / "song") == recorded("x.wav")


@pytest.mark.parametrize("rights", [Rights(force=True), Rights(resume=True)])
def test_what_the_record_names_goes_and_the_users_files_stay(
    tmp_path: Path, rights: Rights
) -> None:
    make(tmp_path / "song", Rights(), "x.wav", "y.wav", text="old")
    (tmp_path / "song" / "mine.wav").write_text("mine")
    with pytest.raises(FileInTheWay, match=RECORD):
        make(tmp_path / "song", Rights(), "z.wav")
    make(tmp_path / "song", rights, "y.wav", "z.wav")
    names = ("mine.wav", "y.wav", "z.wav")
    assert everything(tmp_path / "song") == [RECORD, *names]
    texts = {name: (tmp_path / "song" / name).read_text() for name in names}
    assert texts == {"mine.wav": "mine", "y.wav": "new", "z.wav": "new"}
    assert read_record(tmp_path / "song") == recorded("y.wav", "z.wav")


def test_resume_overwrites_nothing_that_the_record_does_not_name(tmp_path: Path) -> None:
    make(tmp_path / "song", Rights(), "x.wav")
    (tmp_path / "song" / "y.wav").write_text("mine")
    with pytest.raises(FileInTheWay, match=r"holds y\.wav"):
        make(tmp_path / "song", Rights(resume=True), "x.wav", "y.wav")
    assert (tmp_path / "song" / "y.wav").read_text() == "mine"


def test_an_input_is_never_removed(tmp_path: Path) -> None:
    make(tmp_path / "song", Rights(), "x.wav")
    rights = Rights(force=True, inputs=(tmp_path / "song" / "x.wav",))
    with pytest.raises(FileInTheWay, match="itself an input"):
        make(tmp_path / "song", rights, "y.wav")
    assert everything(tmp_path / "song") == [RECORD, "x.wav"]


def test_broken_off_while_replacing_the_record_names_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "song"
    make(folder, Rights(), "x.wav", "y.wav", text="old")
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if self.name == "z.wav":
            raise OSError(28, "No space left on device")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(WriteFailed, match="No space left"):
            make(folder, Rights(force=True), "y.wav", "z.wav")
    assert read_record(folder) == recorded("y.wav", "z.wav", "x.wav", complete=False)
    make(folder, Rights(resume=True), "z.wav")
    assert everything(folder) == [RECORD, "z.wav"]


def test_a_record_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "song").mkdir()
    (tmp_path / "song" / RECORD).write_text("{}")
    for rights in (Rights(), Rights(resume=True)):
        with pytest.raises(BadRecord, match="is not in order"):
            make(tmp_path / "song", rights, "x.wav")
    make(tmp_path / "song", Rights(force=True), "x.wav")
    assert read_record(tmp_path / "song") == recorded("x.wav")


def test_what_dead_processes_left_is_swept_and_told(tmp_path: Path) -> None:
    dead = tmp_path / f".daw-bridge-{host_name()}-{2**22 + 1}-0123456789ab.partial"
    dead.mkdir()
    with OutputFolder(tmp_path / "song", Rights()) as output:
        assert output.swept == [dead.name]
    assert everything(tmp_path) == []

"""Files that are put in a program's folder and taken away: the user's own are never lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import pytest

from daw_bridge.cli.install import placing
from daw_bridge.cli.install.placing import LIST, Changes, put, take
from daw_bridge.errors import BadFile, FileInTheWay, WriteFailed

HOME = "Package"
ONE, TWO = PurePosixPath("Package/one.txt"), PurePosixPath("Package/deep/two.txt")
BOTH = {ONE: b"one", TWO: b"two"}


def no(what: str, files: Sequence[Path]) -> bool:
    return False


def yes(what: str, files: Sequence[Path]) -> bool:
    return True


def files(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def test_files_are_written_and_listed(tmp_path: Path) -> None:
    done = put(tmp_path, HOME, BOTH, no)
    assert done == Changes(written=(ONE, TWO))
    assert files(tmp_path) == {"Package/one.txt", "Package/deep/two.txt", f"Package/{LIST}"}
    assert (tmp_path / ONE).read_bytes() == b"one"


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert put(tmp_path, HOME, BOTH, no) == Changes(same=2)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == times


def test_a_new_version_replaces_and_removes_what_we_put_there(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no)
    done = put(tmp_path, HOME, {ONE: b"new"}, no)
    assert done == Changes(written=(ONE,), removed=(TWO,))
    assert files(tmp_path) == {"Package/one.txt", f"Package/{LIST}"}
    assert not (tmp_path / "Package" / "deep").exists()


@pytest.mark.parametrize("change", [
    lambda path: path.write_bytes(b"mine"),
    lambda path: (path.unlink(), path.symlink_to(path.parent / "elsewhere")),
    lambda path: (path.unlink(), path.mkdir()),
], ids=["edited", "a link", "a folder"])  # fmt: skip
def test_what_the_user_changed_is_not_replaced_unasked(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    put(tmp_path, HOME, BOTH, no)
    change(tmp_path / ONE)
    before = files(tmp_path)
    with pytest.raises(FileInTheWay, match=r"one\.txt: changed by you"):
        put(tmp_path, HOME, {ONE: b"new", TWO: b"new"}, no)
    assert files(tmp_path) == before
    assert (tmp_path / TWO).read_bytes() == b"two"  # all or nothing


def test_a_file_that_was_there_before_is_the_user_s(tmp_path: Path) -> None:
    (tmp_path / HOME).mkdir()
    (tmp_path / ONE).write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        put(tmp_path, HOME, BOTH, no)
    assert files(tmp_path) == {"Package/one.txt"}


def test_the_same_file_copied_by_hand_is_taken_as_ours(tmp_path: Path) -> None:
    (tmp_path / HOME).mkdir()
    (tmp_path / ONE).write_bytes(b"one")
    assert put(tmp_path, HOME, BOTH, no) == Changes(written=(TWO,), same=1)
    assert set(take(tmp_path, HOME, no).removed) == {ONE, TWO}


def test_asked_and_allowed_it_is_replaced(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no)
    (tmp_path / ONE).write_bytes(b"mine")
    asked = []

    def remember(what: str, files: Sequence[Path]) -> bool:
        asked.append((what, list(files)))
        return True

    assert put(tmp_path, HOME, BOTH, remember).written == (ONE,)
    assert asked == [("replaced", [tmp_path / ONE])]
    assert (tmp_path / ONE).read_bytes() == b"one"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (tmp_path / HOME).mkdir()
    (tmp_path / ONE).symlink_to(elsewhere)
    put(tmp_path, HOME, BOTH, yes)
    assert elsewhere.read_bytes() == b"mine"
    assert not (tmp_path / ONE).is_symlink()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    assert put(tmp_path, HOME, BOTH, no, dry=True).written == (ONE, TWO)
    assert list(tmp_path.iterdir()) == []
    put(tmp_path, HOME, BOTH, no)
    assert set(take(tmp_path, HOME, no, dry=True).removed) == {ONE, TWO}
    assert files(tmp_path) >= {"Package/one.txt"}


def test_uninstalled_nothing_of_ours_is_left(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no)
    assert take(tmp_path, HOME, no) == Changes(removed=(TWO, ONE))  # in the list's order
    assert list(tmp_path.iterdir()) == []


def test_uninstalling_keeps_what_the_user_made(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no)
    (tmp_path / ONE).write_bytes(b"mine")
    (tmp_path / HOME / "own.txt").write_bytes(b"mine")
    assert take(tmp_path, HOME, no) == Changes(removed=(TWO,), kept=(ONE,))
    assert files(tmp_path) == {"Package/one.txt", "Package/own.txt", f"Package/{LIST}"}
    assert take(tmp_path, HOME, yes) == Changes(removed=(ONE,))
    assert files(tmp_path) == {"Package/own.txt"}


def test_nothing_was_installed_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="--dest"):
        take(tmp_path, HOME, yes)


@pytest.mark.parametrize("text", [
    "", "[]", '{"files": []}', '{"files": {"../../x": []}}', '{"files": {"/etc/passwd": []}}',
    '{"files": {"a\\\\..\\\\b": []}}', '{"files": {"C:/x": []}}', '{"files": {"a": 3}}', "\xff",
])  # fmt: skip
def test_a_list_that_is_not_ours_is_an_error_and_nothing_is_touched(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / HOME).mkdir()
    (tmp_path / HOME / LIST).write_text(text, encoding="latin-1")
    for work in (lambda: put(tmp_path, HOME, BOTH, yes), lambda: take(tmp_path, HOME, yes)):
        with pytest.raises(BadFile, match=LIST):
            work()
    assert files(tmp_path) == {f"Package/{LIST}"}


def test_cut_off_in_the_middle_the_next_run_knows_old_and_new_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, HOME, BOTH, no)
    new = {ONE: b"new one", TWO: b"new two"}
    write = placing._write

    def cut(path: Path, content: bytes) -> None:
        if path.name == "two.txt":
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(placing, "_write", cut)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, HOME, new, no)
    monkeypatch.setattr(placing, "_write", write)
    assert [(tmp_path / one).read_bytes() for one in new] == [b"new one", b"two"]
    assert put(tmp_path, HOME, new, no) == Changes(written=(TWO,), same=1)  # asks nobody
    assert set(json.loads((tmp_path / HOME / LIST).read_text())["files"]) == set(map(str, new))


def test_a_folder_that_cannot_be_made_is_our_error(tmp_path: Path) -> None:
    (tmp_path / HOME).write_text("a file")
    with pytest.raises(WriteFailed, match="Package"):
        put(tmp_path, HOME, BOTH, no)
    assert files(tmp_path) == {"Package"}


def test_what_is_the_users_to_change_stays_theirs(tmp_path: Path) -> None:
    put(tmp_path, HOME, BOTH, no, kept=[str(TWO)])
    new = {ONE: b"one", TWO: b"newer"}
    assert put(tmp_path, HOME, new, no, kept=[str(TWO)]).written == (TWO,)  # nobody changed it
    (tmp_path / TWO).write_bytes(b"mine")
    assert put(tmp_path, HOME, BOTH, no, kept=[str(TWO)]) == Changes(same=1)
    assert (tmp_path / TWO).read_bytes() == b"mine"
    assert take(tmp_path, HOME, no).kept == (TWO,)
    assert (tmp_path / TWO).read_bytes() == b"mine"
    assert put(tmp_path, HOME, BOTH, no, kept=[str(TWO)]).written == (ONE,)
    assert (tmp_path / TWO).read_bytes() == b"mine"


def test_a_file_that_was_there_before_us_stays_where_it_is_the_users(tmp_path: Path) -> None:
    (tmp_path / TWO).parent.mkdir(parents=True)
    (tmp_path / TWO).write_bytes(b"mine")
    assert put(tmp_path, HOME, BOTH, no, kept=[str(TWO)]).written == (ONE,)
    take(tmp_path, HOME, no)
    assert files(tmp_path) == {TWO.as_posix()}

"""Files for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.wire import private
from daw_bridge.wire.private import make_private, others_may_use, others_may_write, write_private

posix = pytest.mark.skipif(os.name != "posix", reason="files have no such modes")


def test_a_file_is_written_once(tmp_path: Path) -> None:
    write_private(tmp_path / "a", "secret\n")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "a", "other")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):  # nor through a link that somebody has put there
        write_private(tmp_path / "link", "other")
    assert (tmp_path / "a").read_text() == "secret\n" and not (tmp_path / "elsewhere").exists()


@posix
@pytest.mark.parametrize(
    ("mode", "used", "written"),
    [(0o600, False, False), (0o640, True, False), (0o604, True, False), (0o620, True, True),
     (0o602, True, True), (0o610, True, False)],
)  # fmt: skip
def test_rights_of_others(mode: int, used: bool, written: bool, tmp_path: Path) -> None:
    write_private(tmp_path / "a", "")
    (tmp_path / "a").chmod(mode)
    assert (others_may_use(tmp_path / "a"), others_may_write(tmp_path / "a")) == (used, written)


@posix
def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    make_private(tmp_path / "new" / "keys")
    assert (tmp_path / "new" / "keys").stat().st_mode & 0o777 == 0o700
    (tmp_path / "old").mkdir()
    (tmp_path / "old").chmod(0o755)
    make_private(tmp_path / "old")
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o755


def test_where_files_have_no_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "a").chmod(0o666)
    monkeypatch.setattr(private.os, "name", "nt")
    assert not others_may_use(tmp_path / "a") and not others_may_write(tmp_path / "a")

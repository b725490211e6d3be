"""Folders of dead processes go; those of living ones and of other hosts stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.files.leftovers import PartialFolder, host_name, maker_of, sweep

HOLD = """
import sys, time
from pathlib import Path
from daw_bridge.files.leftovers import PartialFolder
with PartialFolder(Path(sys.argv[1])) as folder:
    (folder.path / "drums.wav").write_text("half")
    print(folder.path.name, flush=True)
    time.sleep(60)
"""
DEAD = 2**22 + 1
"""Above the largest process number of Linux."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")


def left(parent: Path, host: str = "", pid: int = DEAD, age_s: float = 0.0) -> Path:
    folder = parent / f".daw-bridge-{host or host_name()}-{pid}-0123456789ab.partial"
    folder.mkdir()
    (folder / "drums.wav").write_text("half")
    when = folder.stat().st_mtime - age_s
    os.utime(folder, (when, when))
    return folder


def test_a_killed_process_is_swept_and_a_living_one_is_not(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert f"-{process.pid}-" in name
        os.utime(tmp_path / name, (0, 0))
        assert sweep(tmp_path) == []
        assert (tmp_path / name / "drums.wav").is_file()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert sweep(tmp_path) == [name]
    assert not list(tmp_path.iterdir())


def test_a_number_that_another_process_has_now(tmp_path: Path) -> None:
    folder = left(tmp_path, pid=os.getppid(), age_s=3600)
    assert sweep(tmp_path) == [folder.name]


def test_a_folder_that_is_about_to_be_locked(tmp_path: Path) -> None:
    folder = left(tmp_path, pid=os.getppid())
    assert sweep(tmp_path) == [] and folder.is_dir()


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    other = left(tmp_path, host="elsewhere", age_s=3600)
    old = tmp_path / ".daw-bridge-0123456789ab.partial"
    old.mkdir()
    (tmp_path / f".daw-bridge-{host_name()}-1-0123456789ab.txt").mkdir()
    target = tmp_path / "mine"
    target.mkdir()
    link = tmp_path / f".daw-bridge-{host_name()}-{DEAD}-ffffffffffff.partial"
    link.symlink_to(target)
    assert sweep(tmp_path) == []
    assert other.is_dir() and old.is_dir() and link.is_symlink() and target.is_dir()
    assert sweep(tmp_path / "none") == []


def test_a_folder_goes_with_its_context(tmp_path: Path) -> None:
    with PartialFolder(tmp_path) as folder:
        os.utime(folder.path, (0, 0))
        assert sweep(tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_who_makes_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "song"
    assert maker_of(folder) is None and maker_of(tmp_path / "none" / "song") is None
    with PartialFolder(tmp_path, made="song"):
        assert maker_of(folder) == os.getpid()
        assert maker_of(tmp_path / "other") is None
    assert maker_of(folder) is None
    left(tmp_path, pid=os.getppid())
    dead = PartialFolder(tmp_path, made="song")
    dead.path.mkdir()  # nobody holds its lock
    assert maker_of(folder) is None

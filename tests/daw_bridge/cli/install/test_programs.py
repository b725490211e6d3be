"""Where each program looks, and what it is given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.cli.install import programs
from daw_bridge.cli.install.programs import (
    PROGRAMS,
    clients,
    command_file,
    files_of,
    program,
    where,
)
from daw_bridge.errors import BadFile, NoProgram


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own; the folders of documents and settings lie in it."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(programs, "user_config_path", lambda roaming=False: tmp_path / "settings")
    monkeypatch.setattr(programs, "user_documents_path", lambda: tmp_path / "Documents")
    return tmp_path


@pytest.mark.parametrize("one", PROGRAMS, ids=lambda one: one.name)
def test_every_program_has_files_below_its_home_or_beside_it(one: programs.Program) -> None:
    places = [place for place, _ in files_of(one)]
    assert places
    assert len(set(places)) == len(places)
    targets = [target for _, target in one.pieces]
    assert all(place.as_posix().startswith(tuple(targets)) for place in places)


def test_the_newest_max_is_meant(home: Path) -> None:
    for name in ("Max 8", "Max 10", "Max 9", "Max for Live", "Maxi 11"):
        (home / "Documents" / name).mkdir(parents=True)
    assert where(program("max")) == home / "Documents" / "Max 10" / "Packages"


@pytest.mark.skipif(sys.platform != "linux", reason="where Ardour looks on Linux")
def test_the_newest_ardour_is_meant(home: Path) -> None:
    for name in ("ardour6", "ardour8", "ardour"):
        (home / "settings" / name).mkdir(parents=True)
    assert where(program("ardour")) == home / "settings" / "ardour8"


@pytest.mark.skipif(sys.platform != "linux", reason="where Pd looks on Linux")
def test_pd_looks_in_a_folder_that_may_not_be_there_yet(home: Path) -> None:
    assert where(program("pd")) == home / ".local" / "lib" / "pd" / "extra"


def test_reaper_s_folder_must_be_there(home: Path) -> None:
    with pytest.raises(NoProgram, match="resource"):
        where(program("reaper"))
    (home / "settings" / "REAPER").mkdir(parents=True)
    assert where(program("reaper")) == home / "settings" / "REAPER"


@pytest.mark.parametrize("name", ["max", "reaper", "ardour"])
def test_a_program_that_is_not_there_is_an_error_that_names_dest(name: str) -> None:
    with pytest.raises(NoProgram, match="--dest"):
        where(program(name))


def test_the_command_in_the_file_runs_daw_bridge(tmp_path: Path) -> None:
    words = json.loads(command_file())["command"]
    done = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("daw-bridge ")


def test_files_that_were_not_installed_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "PACKAGE", Path("nowhere"))
    with pytest.raises(BadFile, match="reaper"):
        clients("reaper")

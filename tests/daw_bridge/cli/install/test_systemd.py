"""The units: what systemd itself says of them, and how they are filled in."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.config_file import read_config
from daw_bridge.cli.install import systemd
from daw_bridge.cli.install.programs import clients, contents, program
from daw_bridge.cli.install.systemd import SYSTEM, UNITS, USER, quoted
from daw_bridge.errors import BadFile, FileInTheWay, NotAllowed
from daw_bridge.settings.parameters import SERVER_PARAMETERS, STREAM_PARAMETERS

BOTH = pytest.mark.parametrize("name", [USER, SYSTEM])
MOST_EXPOSED = 30
"""Tenths, as --threshold takes them."""


@pytest.fixture(autouse=True)
def no_pipewire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of this run's own, as a login makes it, in which no PipeWire runs."""
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))


def unit(name: str, folder: Path) -> Path:
    """The unit as installed below a folder."""
    assert main(["install", name, "--dest", str(folder)]) == 0
    return folder / UNITS[name]


def settings(path: Path, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return dict(parser[section])


@pytest.mark.systemd
@BOTH
def test_systemd_takes_them_as_they_are(name: str, tmp_path: Path) -> None:
    command = ["systemd-analyze", *(["--user"] if name == USER else []), "verify", "--man=no"]
    done = subprocess.run(
        [*command, str(unit(name, tmp_path))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.systemd
def test_the_systems_unit_is_exposed_at_most_3(tmp_path: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--json=short"]
    path = str(unit(SYSTEM, tmp_path))
    threshold = f"--threshold={MOST_EXPOSED}"
    done = subprocess.run([*command, threshold, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)
    too_much = subprocess.run(
        [*command, threshold, str(loosened(Path(path)))], capture_output=True, check=False
    )
    assert too_much.returncode != 0  # the threshold is heeded


def loosened(path: Path) -> Path:
    """The same unit without what shuts it in."""
    keep = ("[", "Type", "ExecStart")
    lines = [line for line in path.read_text().splitlines() if line.startswith(keep)]
    other = path.with_name("loose.service")
    other.write_text("\n".join(lines))
    return other


@BOTH
def test_it_starts_this_python_and_is_watched(name: str, tmp_path: Path) -> None:
    path = unit(name, tmp_path)
    service = settings(path, "Service")
    config = tmp_path / "daw-bridge" / "serve.toml"
    words = [sys.executable, "-m", "daw_bridge", "serve", "--config", str(config)]
    assert service["ExecStart"] == " ".join(map(quoted, words))
    assert service["Type"] == "notify" and int(service["WatchdogSec"]) == 30
    assert service["Restart"] == "on-failure"
    assert "@COMMAND" not in path.read_text() and "@CONFIG" not in path.read_text()
    read_config(config)


def test_live_audio_is_not_shut_off(tmp_path: Path) -> None:
    service = settings(unit(USER, tmp_path), "Service")
    assert not {
        "PrivateTmp", "PrivateIPC", "PrivateUsers", "PrivateDevices", "RestrictRealtime",
        "MemoryDenyWriteExecute", "ProtectSystem", "ProtectHome", "RestrictAddressFamilies",
    } & set(service)  # fmt: skip
    assert tomllib.loads((tmp_path / "daw-bridge/serve.toml").read_text()) == {"io": "jack"}


def test_jobs_are_not_shut_off(tmp_path: Path) -> None:
    """libsndfile's callbacks, which soundfile makes while it runs, need memory of that kind."""
    service = settings(unit(SYSTEM, tmp_path), "Service")
    assert "MemoryDenyWriteExecute" not in service and "ProcSubset" not in service
    assert service["SystemCallErrorNumber"] == "EPERM"


@BOTH
def test_the_options_that_are_left_out_are_options(name: str) -> None:
    """A line that a user makes one by taking the # away is read as one."""
    [text] = [one for place, one in contents(program(name), Path("/x")).items()
              if place.suffix == ".toml"]  # fmt: skip
    flags = {
        str(one.cli_flag).removeprefix("--") for one in (*STREAM_PARAMETERS, *SERVER_PARAMETERS)
    }
    lines = [line.lstrip("# ") for line in text.decode().splitlines() if " = " in line]
    assert len(lines) > 2
    for line in lines:
        assert set(tomllib.loads(line)) <= flags


def test_with_pipewire_it_goes_through_its_jack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run" / "pipewire-0").touch()
    pw_jack = tmp_path / "bin" / "pw-jack"
    pw_jack.parent.mkdir()
    pw_jack.write_text("#!/bin/sh\n")
    pw_jack.chmod(0o755)
    monkeypatch.setenv("PATH", f"{pw_jack.parent}{os.pathsep}{os.environ['PATH']}")
    started = settings(unit(USER, tmp_path / "a"), "Service")["ExecStart"]
    assert started.startswith(f"{pw_jack} {sys.executable} -m daw_bridge")
    assert "through PipeWire" in capsys.readouterr().out
    of_the_system = settings(unit(SYSTEM, tmp_path / "b"), "Service")["ExecStart"]
    assert "pw-jack" not in of_the_system
    (tmp_path / "run" / "pipewire-0").unlink()
    started = settings(unit(USER, tmp_path / "c"), "Service")["ExecStart"]
    assert "pw-jack" not in started


@pytest.mark.parametrize(("word", "shown"), [
    ("/usr/bin/python3", "/usr/bin/python3"), ("/my music/x", '"/my music/x"'),
    ("/100%", "/100%%"), ("/$HOME", "/$$HOME"), ('/a"b', '"/a\\"b"'), ("/a\\b", '"/a\\\\b"'),
])  # fmt: skip
def test_words_are_quoted_as_systemd_reads_them(word: str, shown: str) -> None:
    assert quoted(word) == shown


@pytest.mark.systemd
def test_a_folder_with_a_space_and_a_percent_sign_is_found(tmp_path: Path) -> None:
    path = unit(USER, tmp_path / "my music 100% $x")
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--man=no", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_it_says_what_it_wrote_and_what_is_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = unit(USER, tmp_path)
    told = capsys.readouterr().out
    assert f"wrote {path}" in told and f"wrote {tmp_path}/daw-bridge/serve.toml" in told
    assert "systemctl --user enable --now daw-bridge" in told and "loginctl enable-linger" in told
    assert "pw-jack" in told  # how to come to PipeWire


def test_options_of_the_users_survive_an_update_and_a_farewell(tmp_path: Path) -> None:
    unit(USER, tmp_path)
    config = tmp_path / "daw-bridge" / "serve.toml"
    config.write_text('io = "none"\n')
    unit(USER, tmp_path)
    assert config.read_text() == 'io = "none"\n'
    assert main(["install", USER, "--dest", str(tmp_path), "--uninstall"]) == 0
    assert config.read_text() == 'io = "none"\n' and not (tmp_path / UNITS[USER]).exists()


@BOTH
def test_a_service_that_is_enabled_is_not_taken_away(name: str, tmp_path: Path) -> None:
    path = unit(name, tmp_path)
    link = path.parent / systemd._WANTED_BY[name] / path.name
    link.parent.mkdir()
    link.symlink_to(path)
    with pytest.raises(FileInTheWay, match="disable --now"):
        systemd.check(name, tmp_path, own_folder=True, removing=True)
    assert main(["install", name, "--dest", str(tmp_path), "--uninstall"]) == 2
    assert path.exists()


def test_the_systems_service_wants_root_and_a_python_that_it_can_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(NotAllowed, match="sudo"):
        systemd.check(SYSTEM, tmp_path, own_folder=False, removing=False)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    monkeypatch.setattr(sys, "executable", "/home/ada/venv/bin/python")
    with pytest.raises(BadFile, match="/opt/daw-bridge"):
        systemd.check(SYSTEM, tmp_path, own_folder=False, removing=False)
    systemd.check(SYSTEM, tmp_path, own_folder=True, removing=False)
    systemd.check(SYSTEM, tmp_path, own_folder=False, removing=True)


@BOTH
def test_its_files_are_in_the_package(name: str) -> None:
    assert clients(name).name == "systemd"

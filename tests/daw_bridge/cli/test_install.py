"""`daw-bridge install` as a user gives it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.commands.install import NAMES
from daw_bridge.cli.install.placing import LIST
from daw_bridge.cli.install.programs import PROGRAMS, program
from daw_bridge.settings.names import COMMAND_FILE


class Terminal(io.StringIO):
    """What a terminal's user types."""

    def isatty(self) -> bool:
        return True


def contents(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*") if one.is_file()
    }  # fmt: skip


def test_the_command_knows_every_program() -> None:
    assert tuple(one.name for one in PROGRAMS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_installed_and_uninstalled_again(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ["install", name, "--dest", str(tmp_path)]
    assert main(to) == 0
    told = capsys.readouterr().out
    assert "files written" in told
    assert program(name).shown in told
    assert (tmp_path / program(name).home / LIST).is_file()
    assert (tmp_path / program(name).home / COMMAND_FILE).is_file() == program(name).starts
    assert main([*to, "--uninstall"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_names_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = ["install", "max", "--dest", str(tmp_path / "new")]
    assert main([*to, "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"would write {tmp_path / 'new' / 'DawBridge' / 'package-info.json'}" in lines
    assert not (tmp_path / "new").exists()
    main(to)
    capsys.readouterr()
    assert main([*to, "--uninstall", "--dry-run"]) == 0
    assert capsys.readouterr().out.count("would remove") == len(contents(tmp_path)) - 1


def test_a_changed_file_is_not_replaced_without_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ["install", "max", "--dest", str(tmp_path)]
    main(to)
    changed = tmp_path / "DawBridge" / "package-info.json"
    changed.write_text("mine")
    assert main(to) == 2
    assert "--force" in capsys.readouterr().err
    assert changed.read_text() == "mine"
    assert main([*to, "--force"]) == 0
    assert json.loads(changed.read_text())["name"]


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2), ("", 2)])
def test_on_a_terminal_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    to = ["install", "max", "--dest", str(tmp_path)]
    main(to)
    changed = tmp_path / "DawBridge" / "package-info.json"
    changed.write_text("mine")
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert main(to) == code
    assert (changed.read_text() == "mine") == bool(code)
    told = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert str(changed) in told
    assert "[y/N]" in told


def test_a_changed_file_is_kept_when_uninstalled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ["install", "max", "--dest", str(tmp_path)]
    main(to)
    changed = tmp_path / "DawBridge" / "package-info.json"
    changed.write_text("mine")
    assert main([*to, "--uninstall"]) == 0
    assert f"kept {changed}" in capsys.readouterr().out
    assert set(contents(tmp_path)) == {"DawBridge/package-info.json", f"DawBridge/{LIST}"}


def test_alone_it_lists_the_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["program", *NAMES]
    assert main(["install", "--uninstall"]) == 2

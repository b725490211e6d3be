"""The one entry: what it lists, what a command's help has, what becomes of errors."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import export.__main__ as entry
from engines.errors import SpecError
from export.__main__ import main
from export.commands import command_names, load_command
from export.common.errors import SLICE_OVER, ExportError, Unfinished, UsageError


def test_without_a_command_all_are_listed_with_a_line_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for name in command_names():
        assert f"{name} {load_command(name).HELP}" in said
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert " ".join(capsys.readouterr().out.split()) == said


@pytest.mark.parametrize("name", command_names())
def test_a_commands_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    help_text = capsys.readouterr().out
    assert f"\n  python -m export {name} " in help_text
    assert load_command(name).HELP in help_text


def examples() -> list[str]:
    """Every example of every command; what follows wide space says what it is for."""
    texts = [load_command(name).EXAMPLES for name in command_names()]
    lines = re.sub(r"\\\n\s*", "", "\n".join(texts)).splitlines()
    found = [line.strip() for line in lines if line.startswith("  python -m export ")]
    return [re.split(r"\s{3,}", line)[0] for line in found]


@pytest.mark.parametrize("example", examples())
def test_an_example_is_a_command_line_that_is_understood(example: str) -> None:
    words = [word for word in shlex.split(example)[3:] if word != "..."]
    assert entry.build_parser(words).parse_args(words).command == words[0]


def test_listing_the_commands_needs_no_torch() -> None:
    """Thin modules: `python -m export` answers at once."""
    code = "import sys, export.__main__ as e; e.main([]); sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ExportError("a", "b", "c"), 1, "error: a; expected b; c [export]\n"),
        (ExportError("all of it"), 1, "error: all of it [export]\n"),
        (SpecError("a", "b", "c"), 1, "error: a; expected b; c [model_spec]\n"),
        (UsageError("a", "b", "c"), 2, "error: a; expected b; c [export_usage]\n"),
        (Unfinished(SLICE_OVER), 75, ""),
        (KeyboardInterrupt(), 130, "stopped; the same command resumes or starts again\n"),
    ],
)
def test_what_becomes_of_an_error(
    error: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(args: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(load_command("blend"), "run", fail)
    assert main(["blend", "a.pt", "b.pt", "-o", "c.pt"]) == status
    assert capsys.readouterr().err == said


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code == 2
    assert "to-onnx" in capsys.readouterr().err


def test_a_file_that_the_system_refuses_is_an_error_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "library"
    assert main(["arrangements", "--out", str(out), "--songs", "1"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and str(out) in said and "[export_file]" in said
    assert "Traceback" not in said and (tmp_path / "file").read_bytes() == b""

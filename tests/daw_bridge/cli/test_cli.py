"""The command line's frame: commands are found, explained, and their errors told."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import pytest

from daw_bridge import __version__, cli
from daw_bridge.cli.commands import command_names, load_command
from daw_bridge.cli.flags import add_flags, is_switch
from daw_bridge.errors import BadValue, describe
from daw_bridge.settings.parameters import PARAMETERS, Parameter
from engines.errors import DeviceError

ROOT = Path(__file__).parents[3]


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"separate", "models", "doctor", "devices", "bench"} <= set(command_names())
    for name in command_names():
        with pytest.raises(SystemExit) as left:
            cli.main([name, "--help"])
        text = capsys.readouterr().out
        assert left.value.code == 0
        assert "examples:" in text and f"daw-bridge {name}" in text
        assert load_command(name).HELP in text.replace("\n", " ")


def test_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    assert all(f"\n    {name} " in text for name in command_names())


def test_version_is_the_projects(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert __version__ == project["version"]
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"daw-bridge {__version__}\n"


@pytest.mark.parametrize("argv", [[], ["unknown"], ["separate"], ["separate", "x", "--nonsense"]])
def test_usage_errors(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(argv)
    assert left.value.code == 2
    assert "usage: daw-bridge" in capsys.readouterr().err


def test_errors_are_told_not_traced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def parser(error: BaseException) -> argparse.ArgumentParser:
        def run(args: argparse.Namespace) -> int:
            raise error

        made = argparse.ArgumentParser()
        made.set_defaults(run=run, command="test")
        return made

    for error, code in ((BadValue("a", "b", "C."), 2), (KeyboardInterrupt(), 130)):
        monkeypatch.setattr(cli, "build_parser", lambda only, error=error: parser(error))
        assert cli.main([]) == code
    assert capsys.readouterr().err == (
        "daw-bridge test: a; expected b. C. [bad_value]\ndaw-bridge test: stopped\n"
    )


def test_both_kinds_of_errors_read_alike() -> None:
    assert describe(DeviceError("a", "b", "do c")) == "a; expected b. Do c."
    assert describe(BadValue("a", "b", "Do c.")) == "a; expected b. Do c."


def test_flags_come_from_the_table() -> None:
    parser = argparse.ArgumentParser()
    add_flags(parser, PARAMETERS, group="all of them")
    args = parser.parse_args([])
    for one in PARAMETERS:
        if one.cli_flag:
            assert getattr(args, one.key) == ([] if one.many else one.default)
    args = parser.parse_args(["--steps", "7", "--allow-path", "a", "--allow-path", "b"])
    assert (args.refine_steps, args.allow_path) == (7, ["a", "b"])
    assert "model's rate" in " ".join(parser.format_help().split())


@pytest.mark.parametrize("command", ["separate", "serve", "demo"])
def test_steps_may_be_called_gibbs(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["song.wav"] if command == "separate" else []
    for flag in ("--steps", "--gibbs"):
        args = cli.build_parser().parse_args([command, *files, flag, "7"])
        assert args.refine_steps == 7 and not hasattr(args, "gibbs_steps")
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    assert "--steps N, --gibbs N" in " ".join(capsys.readouterr().out.split())


def test_a_flag_of_nought_and_one_is_a_switch() -> None:
    switch = Parameter("x/y", "i", 0, "100 % help", minimum=0, maximum=1, cli_flag="--xy")
    assert is_switch(switch)
    parser = argparse.ArgumentParser()
    add_flags(parser, [switch])
    assert [parser.parse_args(argv).x_y for argv in ([], ["--xy"])] == [0, 1]
    assert "100 % help" in parser.format_help()

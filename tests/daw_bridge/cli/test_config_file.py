"""`serve --config FILE`: names, types, what is refused, and which value holds."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.config_file import read_config, told
from daw_bridge.errors import BadFile, BadValue, BridgeError, UnknownParameter
from daw_bridge.server.options import ServerOptions
from daw_bridge.settings.parameters import PARAMETERS, Parameter
from tests.rigs.server import PORTS, OscEnd, model_file, program

GUIDE = Path(__file__).parents[3] / "docs/guide/command-line.md"


def config(folder: Path, text: str) -> Path:
    file = folder / "studio.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("osc-port = 5", {"osc_port": 5}),
        ("osc_port = 5", {"osc_port": 5}),
        ("steps = 4", {"refine_steps": 4}),
        ('"refine/steps" = 4', {"refine_steps": 4}),
        ("gibbs = 4", {"refine_steps": 4}),
        ("load-target = 1", {"load_target": 1.0}),
        ("one-clock = true", {"one_clock": 1}),
        ("one-clock = 0", {"one_clock": 0}),
        ('allow-path = ["a", "b c"]', {"allow_path": ["a", "b c"]}),
        ('allow-path = "a"', {"allow_path": ["a"]}),
        ('model = "é.onnx"\npreset = "tight"', {"model": "é.onnx", "block_preset": "tight"}),
        ("# nothing\n", {}),
        ("\ufeffosc-port = 5", {"osc_port": 5}),
        (r"log-file = 'C:\new\log.txt'", {"log_file": r"C:\new\log.txt"}),
    ],
)
def test_names_and_types(text: str, expected: dict[str, object], tmp_path: Path) -> None:
    found = read_config(config(tmp_path, text))
    assert found == expected
    assert [type(one) for one in found.values()] == [type(one) for one in expected.values()]


@pytest.mark.parametrize("one", [one for one in PARAMETERS if one.flags], ids=lambda one: one.name)
def test_every_flag_is_a_name(one: Parameter, tmp_path: Path) -> None:
    for flag in one.flags:
        value = json.dumps([one.default] if one.many else one.default)
        found = read_config(config(tmp_path, f"{flag.removeprefix('--')} = {value}"))
        assert found == {one.key: [one.default] if one.many else one.default}


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("ocs-port = 5", UnknownParameter, "such as osc-port"),
        ("modle = 5", UnknownParameter, "such as model"),
        ("zmqport = 5", UnknownParameter, "such as zmq-port"),
        ("json = true", UnknownParameter, "a flag of serve"),
        ("[refine]\nsteps = 4", UnknownParameter, "called 'refine'"),
        ("steps = 4\ngibbs = 5", BadValue, "refine_steps twice"),
        ('osc-port = "5"', BadValue, "osc-port = '5'"),
        ("osc-port = true", BadValue, "osc-port = true"),
        ("osc-port = 70000", BadValue, "integer 0 to 65535"),
        ("load-target = nan", BadValue, "load-target"),
        ('preset = "slow"', BadValue, "one of instant"),
        ('model = ["a"]', BadValue, "model"),
        ("allow-path = [1]", BadValue, "allow-path"),
        ("osc-port 5", BadFile, "line 1"),
        (r'log-file = "C:\Users"', BadFile, "single quotes"),
    ],
)
def test_what_is_refused_names_the_file(
    text: str, error: type[BridgeError], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words) as caught:
        read_config(config(tmp_path, text))
    assert "studio.toml" in str(caught.value)


def test_files_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.toml").write_bytes(b'model = "\xe9"')
    for name in ("none.toml", "latin.toml", "", "\0"):
        with pytest.raises(BadFile, match="TOML"):
            read_config(tmp_path / name)
    assert main(["serve", "--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: No such file" in capsys.readouterr().err


def test_what_came_from_where() -> None:
    line = told({"osc_port": 5}, "a.toml", {"osc_port": 6, "model": "m"})
    assert line == (
        "options; command line: osc_port=5; a.toml: model='m'; "
        "the command line goes before the file: osc_port; the others are the defaults"
    )
    assert told({}, "", {}) == (
        "options; command line: nothing; no --config: nothing; the others are the defaults"
    )


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    given = f"""
meter-rate = 20
max-streams = 3
osc-port = 1
"refine/steps" = 4
allow-path = [{json.dumps(str(tmp_path))}]
"""
    file = config(tmp_path, given)
    command = (sys.executable, "-m", "daw_bridge", "serve", *PORTS, "--model", model_file())
    flags = ("--config", str(file), "--max-streams", "2", "--log-level", "debug", "--json")
    with program(*command, *flags) as process:
        assert process.stdout is not None and process.stderr is not None
        ready = json.loads(process.stdout.readline())
        assert ready["osc_port"] != 1 and ready["folders"] == [str(tmp_path)]
        with OscEnd(ready["osc_port"]) as end:
            assert end.ask("/dawbridge/refine/steps") == (4,)
            end.send("/dawbridge/quit")
        told_lines = [one for one in process.stderr if "options; command line" in one]
        assert process.wait(20) == 0
    assert len(told_lines) == 1
    assert "max_streams=2" in told_lines[0] and "meter_rate=20.0" in told_lines[0]
    assert "goes before the file: max_streams, osc_port" in told_lines[0]


def test_the_example_of_the_guide(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    found = read_config(config(tmp_path, text))
    paths = found.pop("allow_path")
    assert paths and ServerOptions.of(**found).text("io") == "jack"

"""`daw-bridge ctl`: its errors, and what it does without. Its actions: the folder ctl."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli import main
from tests.rigs.server import Running, serving
from tests.rigs.sounds import noise, save
from tests.test_folders import ROOT, run_without

HEAVY = {"numpy", "onnxruntime", "soxr", "soundfile", "sounddevice", "jack", "pythonosc"}
COMMAND = "from daw_bridge.cli import main\nsys.exit(main(sys.argv[1:]))\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving() as one:
        yield one


def test_no_server_is_said_and_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "status", "--zmq-port", "1", "--timeout", "0.2", "--json"]) == 2
    printed = capsys.readouterr()
    assert "no answer from tcp://127.0.0.1:1 within 0.2 s" in printed.err
    assert "daw-bridge serve" in printed.err
    line = json.loads(printed.out)
    assert (line["type"], line["command"], line["code"]) == ("fail", "ctl status", "no_answer")


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_what_the_server_refuses_has_the_servers_code(
    running: Running, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    where = ["--server", running.endpoint]
    assert main(["ctl", *where, "set", "bypass", "1", "--stream", "7", *flags]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("daw-bridge ctl set: stream 7; expected an open one")
    assert printed.err.endswith("[unknown_stream]\n")
    codes = [json.loads(line)["code"] for line in printed.out.splitlines()]
    assert codes == ["unknown_stream"] * len(flags)


@pytest.mark.parametrize("number", ["0", "-1", str(2**31)])
def test_numbers_that_no_stream_has(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "reset", f"--stream={number}"]) == 2
    assert "bad_value" in capsys.readouterr().err


def test_it_steers_without_what_only_audio_needs(running: Running) -> None:
    words = ("ctl", "set", "refine/steps", "2", "--server", running.endpoint)
    assert run_without(HEAVY, COMMAND, *words) == "refine/steps  2\n"


def test_it_separates_without_what_only_audio_needs(running: Running, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 9000))
    words = ("ctl", "separate", str(song), "-o", str(tmp_path / "out"), "--known", f"kick={song}")
    printed = run_without(HEAVY, COMMAND, *words, "--end", "0.1", "--server", running.endpoint)
    made = [Path(one) for one in printed.splitlines()]
    assert made and all(one.is_file() for one in made)


def test_the_help_of_separate_needs_as_little() -> None:
    assert "--project" in run_without(HEAVY, COMMAND, "ctl", "separate", "--help")


def test_it_is_one_command_among_the_others() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "daw_bridge", "ctl", "get", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--stream" in done.stdout and "--ready-file" in done.stdout

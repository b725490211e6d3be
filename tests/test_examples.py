"""The example clients of docs/examples, as their readers run them, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import TooSlow
from daw_bridge.live.control import StreamControl
from daw_bridge.wire.secret import SECRET_VARIABLE
from tests.rigs.server import serving
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import GAINS, STEMS

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PYTHON = (sys.executable, EXAMPLES / "play_through.py")
NODE = ("node", EXAMPLES / "play_through.mjs")
FRAMES = 30_000
both = pytest.mark.parametrize(
    "command", [PYTHON, pytest.param(NODE, marks=pytest.mark.node)], ids=["python", "node"]
)
CLOSE = 2.0**-22
"""Of stems in 24 bits."""


def run(*command: object, secret: str = "") -> subprocess.CompletedProcess[str]:
    words = [str(one) for one in command]
    known = {**os.environ, SECRET_VARIABLE: secret}
    return subprocess.run(
        words, env=known, capture_output=True, text=True, timeout=100, check=False
    )


def played(command: tuple[object, ...], at: str, song: Path, secret: str = "") -> None:
    """Run an example on a song of noise, and check its stems."""
    folder = song.parent
    done = run(*command, song, folder / "stems", at, secret=secret)
    assert done.returncode == 0, done.stdout + done.stderr
    mix, _ = soundfile.read(song, always_2d=True)
    stems = {name: soundfile.read(folder / "stems" / f"{name}.wav", always_2d=True)
             for name in (*STEMS, "residual")}  # fmt: skip
    assert {(len(audio), rate) for audio, rate in stems.values()} == {(FRAMES, 44100)}
    assert np.abs(sum(audio for audio, _ in stems.values()) - mix).max() <= len(stems) * CLOSE
    late = re.search(r"blocks, (\d+) late", done.stdout)
    assert late is not None
    if late[1] == "0":  # a busy machine may have been
        for name, gain in zip(STEMS, GAINS, strict=True):
            assert np.abs(stems[name][0] - gain * mix).max() < 1e-4


def song_of(folder: Path, form: str) -> Path:
    return save(folder / "song.wav", noise(2, FRAMES, seed=3), subtype=form)


@pytest.mark.parametrize("form", ["PCM_16", "PCM_24"])
def test_python(form: str, tmp_path: Path) -> None:
    with serving() as running:
        played(PYTHON, running.endpoint, song_of(tmp_path, form))
        with running.client() as client:
            assert not client.status().streams


@pytest.mark.node
@pytest.mark.parametrize("form", ["PCM_16", "PCM_24", "FLOAT"])
def test_javascript(form: str, tmp_path: Path) -> None:
    with serving() as running:
        played(NODE, running.endpoint.removeprefix("tcp://"), song_of(tmp_path, form))
        with running.client() as client:
            assert not client.status().streams


@both
def test_with_a_secret(command: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse battery")
    song = song_of(tmp_path, "PCM_16")
    with serving(auth_file=str(tmp_path / "secret")) as running:
        at = running.endpoint if command == PYTHON else running.endpoint.removeprefix("tcp://")
        played(command, at, song, "correct horse battery")
        if command == NODE:  # with pyzmq a wrong secret is silence
            for wrong in ("", "another horse"):
                done = run(*command, song, tmp_path / "no", at, secret=wrong)
                assert done.returncode == 1 and ("PLAIN" in done.stderr or "secret" in done.stderr)


def test_python_without_our_package() -> None:
    text = (EXAMPLES / "play_through.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:import|from) (?:daw_bridge|engines)", text, re.MULTILINE)
    done = run(sys.executable, "-m", "mypy", "--strict", EXAMPLES / "play_through.py")
    assert done.returncode == 0, done.stdout


@both
def test_an_error_of_the_server_is_said(command: tuple[object, ...], tmp_path: Path) -> None:
    song = song_of(tmp_path, "PCM_16")
    with serving(max_streams=1) as running, running.client() as client, client.stream(44100, 2):
        at = running.endpoint if command == PYTHON else running.endpoint.removeprefix("tcp://")
        done = run(*command, song, tmp_path / "out", at)
    assert done.returncode == 1 and "[busy]" in done.stderr and not (tmp_path / "out").exists()


@both
def test_a_fault_that_answers_nothing_is_said_and_the_stream_goes_on(
    command: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = TooSlow("a load of 2", "a load below 1", "Choose fewer steps.")
    monkeypatch.setattr(StreamControl, "_report_load", lambda control: control.report(slow))
    song = song_of(tmp_path, "PCM_16")
    with serving(meter_rate=50.0) as running:
        at = running.endpoint if command == PYTHON else running.endpoint.removeprefix("tcp://")
        done = run(*command, song, tmp_path / "stems", at)
    assert done.returncode == 0 and "[too_slow]" in done.stderr, done.stderr


@both
@pytest.mark.parametrize("form", ["PCM_U8", "ULAW"])
def test_a_form_that_it_does_not_read_is_said(
    form: str, command: tuple[object, ...], tmp_path: Path
) -> None:
    song = song_of(tmp_path, form)
    with serving() as running:
        at = running.endpoint if command == PYTHON else running.endpoint.removeprefix("tcp://")
        done = run(*command, song, tmp_path / "stems", at)
    assert done.returncode == 1 and "this example reads" in done.stderr, done.stderr


@both
def test_how_it_is_used_is_said(command: tuple[object, ...]) -> None:
    done = run(*command)
    assert done.returncode and "song.wav" in done.stderr

"""The command as a process: Ctrl-C while it starts, closed streams, readers that go away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.cli.start import EXIT_ERROR, EXIT_PIPE, output_gone
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(os.name != "posix", reason="descriptors are closed as in a POSIX shell")
#: Sends SIGINT to itself when the module named first is looked for.
STOPPED_AT = """
import os, signal, sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == stop_at:
            os.kill(os.getpid(), signal.SIGINT)
stop_at = sys.argv.pop(1)
sys.meta_path.insert(0, Stop())
from daw_bridge.cli import main
sys.exit(main())
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`daw-bridge LINE` in a shell."""
    return subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m daw_bridge {line}"],
        cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, timeout=100,
        check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", domain="stft")
    save(tmp_path / "song.wav", noise(2, 5000))
    return tmp_path


SEPARATE = "separate song.wav --model tiny.onnx --threads 1 -o out"


@POSIX
@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("module", ["argparse", "numpy", "daw_bridge.cli.separate_files"])
def test_ctrl_c_while_it_starts_is_silent(folder: Path, module: str) -> None:
    args = [sys.executable, "-c", STOPPED_AT, module, *SEPARATE.split()]
    ended = subprocess.run(
        args,
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
    assert not (folder / "out").exists()


@POSIX
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_streams_may_be_closed(folder: Path, closed: str) -> None:
    ended = shell(folder, f"{SEPARATE} {closed}")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Traceback" not in ended.stderr
    assert (folder / "out" / "song" / "residual.wav").is_file()


@POSIX
def test_a_reader_may_go_away(folder: Path) -> None:
    command = [sys.executable, "-m", "daw_bridge", "models", "list"]
    process = subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=100) == EXIT_PIPE
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full, as a file")
def test_output_that_does_not_fit_is_said(folder: Path) -> None:
    ended = shell(folder, "models list > /dev/full")
    assert ended.returncode == EXIT_ERROR
    assert ended.stderr == (
        "daw-bridge models: standard output cannot be written (No space left on device); "
        "free some space\n"
    )


@POSIX
def test_names_that_the_output_has_no_letters_for(folder: Path) -> None:
    (folder / "song.wav").rename(folder / "caf\xe9.wav")
    line = SEPARATE.replace("song.wav", "caf\xe9.wav")
    ended = shell(folder, line, PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "out/caf\\xe9/residual.wav"


def test_other_errors_of_the_system_are_not_taken_for_the_outputs() -> None:
    assert output_gone(FileNotFoundError(2, "no such file", "x.wav")) is None
    assert output_gone(OSError(22, "invalid argument")) is None
    assert output_gone(BrokenPipeError(32, "broken pipe")) == (EXIT_PIPE, "")

"""`separate -` and `-o -`: a song from a pipe, the mix without a stem into one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.cli.separate_files import EXIT_PARTIAL
from daw_bridge.cli.start import EXIT_PIPE
from daw_bridge.files.leftovers import host_name, temporary_folder
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(os.name != "posix", reason="terminals are POSIX's")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", domain="stft")
    save(tmp_path / "song.wav", noise(2, 20_000))
    (tmp_path / "temporary").mkdir()
    return tmp_path


def start(folder: Path, *args: str, **streams: int) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
        "TMPDIR": str(folder / "temporary"),
    }  # fmt: skip
    line = ["separate", *args, "--model", "tiny.onnx", "--threads", "1"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-m", "daw_bridge", *line], cwd=folder, env=environment,
        **{**pipes, **streams},
    )  # fmt: skip


def call(folder: Path, data: bytes, *args: str) -> tuple[int, bytes, str]:
    process = start(folder, *args)
    out, err = process.communicate(data, timeout=100)
    assert not list((folder / "temporary").glob("*daw-bridge-*"))
    return process.returncode, out, err.decode()


def streamed(path: Path) -> bytes:
    """A WAV as ffmpeg writes it into a pipe: its sizes are not known."""
    data = bytearray(path.read_bytes())
    at = data.index(b"data")
    data[4:8] = data[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    return bytes(data)


def test_from_a_pipe_into_a_pipe(folder: Path) -> None:
    mix = load(folder / "song.wav")
    drums = ("--stems", "drums", "--no-residual")
    sounds = []
    for args in (("--minus", "drums"), drums):
        code, out, err = call(folder, streamed(folder / "song.wav"), "-", *args, "-o", "-")
        assert code == 0 and "stdin: done in" in err and "/" not in err.replace("models info", "")
        sounds.append(soundfile.read(io.BytesIO(out), dtype="float32")[0].T)
    np.testing.assert_allclose(sounds[0] + sounds[1], mix, atol=1e-6)
    assert not (folder / "stdin").exists()


def test_from_a_pipe_into_a_folder(folder: Path) -> None:
    data = (folder / "song.wav").read_bytes()
    code, out, _ = call(folder, data, "-", "song.wav", "-", "--two-stems", "drums", "-o", "out")
    assert code == 0
    assert out.decode().split() == [
        f"out/{song}/{name}.wav" for song in ("stdin", "song") for name in ("drums", "no_drums")
    ]


def test_of_a_file_that_is_not_whole_what_is_there_goes_to_the_pipe(folder: Path) -> None:
    data = (folder / "song.wav").read_bytes()[:-40_000]
    args = ("-", "--partial", "--minus", "drums", "-o", "-")
    code, out, err = call(folder, data, *args)
    assert code == EXIT_PARTIAL and "truncated" in err
    sound, _ = soundfile.read(io.BytesIO(out))
    assert sound.shape == (20_000 - 40_000 // 8, 2)


def test_the_one_file_of_four_stems_goes_to_a_pipe(folder: Path) -> None:
    pytest.importorskip("av")
    stems = ("drums", "bass", "other", "vocals")
    make_model(folder / "tiny.onnx", gains=(0.1, 0.2, 0.3, 0.4), stems=stems)
    code, out, err = call(folder, b"", "song.wav", "--format", "stem.mp4", "-o", "-")
    assert code == 0, err
    assert out[4:8] == b"ftyp" and b"stem" in out


@POSIX
def test_what_killed_runs_left_is_removed_and_said(folder: Path) -> None:
    name = f".daw-bridge-{host_name()}-{2**22 + 1}-0123456789ab.partial"  # no system counts so far
    left = folder / "temporary" / name
    left.mkdir()
    (left / "stdin").write_bytes(b"a song")
    code, _, err = call(folder, (folder / "song.wav").read_bytes(), "-")
    assert code == 0 and f"removed what runs that were killed had left: {name}" in err


@POSIX
def test_nobody_else_may_read_the_song_meanwhile(tmp_path: Path) -> None:
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path)
    try:
        with temporary_folder() as (folder, _):
            assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        tempfile.tempdir = before


@pytest.mark.parametrize(
    ("data", "args", "code", "text"),
    [
        (b"", ["-"], 2, "standard input is empty"),
        (b"not audio", ["-"], 1, "[bad_file]"),
        (b"", ["song.wav", "-o", "-"], 2, "one file. Use --minus drums"),
        (b"", ["song.wav", "tiny.onnx", "--minus", "drums", "-o", "-"], 2, "one song"),
        (b"", ["none.wav", "--minus", "drums", "-o", "-"], 1, "[bad_file]"),
    ],
)
def test_what_does_not_work(
    folder: Path, data: bytes, args: list[str], code: int, text: str
) -> None:
    ended, out, err = call(folder, data, *args)
    assert (ended, out) == (code, b"") and text in err and "Traceback" not in err


def test_a_reader_of_the_sound_may_go_away(folder: Path) -> None:
    process = start(folder, "song.wav", "--minus", "drums", "-o", "-")
    assert process.stdin and process.stdout and process.stderr
    process.stdin.close()
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=100) == EXIT_PIPE
    assert "Traceback" not in err and not list((folder / "temporary").glob("*daw-bridge-*"))


@POSIX
@pytest.mark.parametrize(
    ("args", "stream", "text"),
    [
        (("-",), "stdin", b"standard input is a terminal"),
        (("song.wav", "--minus", "drums", "-o", "-"), "stdout", b"-o - with a terminal"),
    ],
)
def test_no_sound_to_or_from_a_terminal(
    folder: Path, args: tuple[str, ...], stream: str, text: bytes
) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = start(folder, *args, **{stream: theirs})
    _, err = process.communicate(timeout=100)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 2 and text in err

"""`daw-bridge demo`: the shipped song through a real server, into files and a picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.cli import main
from daw_bridge.cli.demo_run import DEMO_SONG, Streaming
from tests.rigs.tiny_models import make_model

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    audio, rate_hz = soundfile.read(DEMO_SONG, dtype="float32", frames=44100)
    soundfile.write(tmp_path / "short.wav", audio, rate_hz, subtype="FLOAT")
    return tmp_path / "short.wav"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", domain="stft")
    return tmp_path / "tiny.onnx"


def test_demo_writes_stems_that_sum_and_a_picture(
    tmp_path: Path, song: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    line = ["demo", "--song", str(song), "--model", str(model), "-o", str(out), "--device", "cpu"]
    assert main(line) == 0
    mix, _ = soundfile.read(song, dtype="float32")
    stems = [soundfile.read(path, dtype="float32")[0] for path in sorted(out.glob("*.wav"))]
    assert len(stems) >= 3
    assert np.abs(sum(stems) - mix).max() < 1e-5
    assert (out / "stems.png").read_bytes().startswith(PNG)
    assert "latency" in capsys.readouterr().out


def test_demo_does_not_overwrite_without_force(
    tmp_path: Path, song: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    line = ["demo", "--song", str(song), "--model", str(model), "-o", str(out), "--no-picture"]
    assert main(line) == 0
    capsys.readouterr()
    assert main(line) == 2
    said = capsys.readouterr()
    assert "--force" in said.err and said.out == ""  # before anything is streamed
    assert main([*line, "--force"]) == 0


def test_a_log_of_the_demo_has_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    monkeypatch.setattr("daw_bridge.cli.demo_run.time.monotonic", lambda: now_s)
    log = io.StringIO()
    streaming = Streaming(log)
    for second in range(1, 41):
        now_s = float(second)
        streaming.show(second / 40)
    assert log.getvalue().splitlines() == [f"streamed {n}%" for n in (25, 50, 75, 100)]


def test_a_song_of_six_channels_is_refused_before_anything_starts(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "film.wav"
    soundfile.write(path, np.zeros((100, 6), np.float32), 48000)
    line = ["demo", "--song", str(path), "--model", str(model), "-o", str(tmp_path / "out")]
    assert main(line) == 2
    out, err = capsys.readouterr()
    assert out == "" and "separate --pairs 1-2,3,4,5-6`. [bad_channels]" in err


def test_a_song_without_audio_is_said_before_anything_starts(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, np.zeros((0, 2), np.float32), 44100)
    out = ["-o", str(tmp_path / "out")]
    assert main(["demo", "--song", str(empty), "--model", str(model), "--no-picture", *out]) == 2
    said = capsys.readouterr()
    assert "holds no audio" in said.err and "server" not in said.out

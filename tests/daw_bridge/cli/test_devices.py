"""`daw-bridge devices`, and what happens without PortAudio."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.errors import NoPortAudio
from daw_bridge.ports.device.portaudio import list_devices, load_sounddevice
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[3]
HOSTS = [
    {"name": "ALSA", "default_input_device": 0, "default_output_device": 1},
    {"name": "JACK", "default_input_device": -1, "default_output_device": -1},
]


def device(index: int, name: str, host: int, inputs: int, outputs: int) -> dict[str, object]:
    return {
        "index": index, "name": name, "hostapi": host, "default_samplerate": 48000.0,
        "max_input_channels": inputs, "max_output_channels": outputs,
        "default_low_input_latency": 0.005, "default_high_input_latency": 0.02,
        "default_low_output_latency": 0.006, "default_high_output_latency": 0.03,
    }  # fmt: skip


DEVICES = [device(0, "Mic", 0, 1, 0), device(1, "Speakers", 0, 0, 2), device(2, "Card", 1, 8, 8)]


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    devices = list(DEVICES)
    fake = types.ModuleType("sounddevice")
    fake.query_hostapis = lambda: HOSTS  # type: ignore[attr-defined]
    fake.query_devices = lambda: devices  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return devices


def test_the_table(portaudio: list[dict[str, object]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["0", "<", "Mic", "ALSA", "1", "0", "48000", "5-20", "-"]
    assert lines[2].split() == ["1", ">", "Speakers", "ALSA", "0", "2", "48000", "-", "6-30"]
    assert lines[3].split() == ["2", "Card", "JACK", "8", "8", "48000", "5-20", "6-30"]
    assert main(["devices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found] == ["Mic", "Speakers", "Card"]
    assert found[1]["is_default_output"] and found[2]["input_latency_ms"] == [5.0, 20.0]


def test_no_device_at_all(
    portaudio: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    portaudio.clear()
    assert main(["devices"]) == 1
    assert "ALSA, JACK" in capsys.readouterr().out


def test_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoPortAudio, match="pip install sounddevice"):
        list_devices()


def broken(folder: Path) -> Path:
    """A sounddevice that finds no library, as on a fresh Debian."""
    (folder / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    return folder


def test_the_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(broken(tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(NoPortAudio, match="libportaudio2"):
        load_sounddevice()


def test_without_portaudio_everything_else_works(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    save(tmp_path / "song.wav", noise(2, 2000))
    environment = {**os.environ, "PYTHONPATH": f"{broken(tmp_path)}{os.pathsep}{ROOT}"}

    def call(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "daw_bridge", *args], cwd=tmp_path, env=environment,
            text=True, capture_output=True, check=False,
        )  # fmt: skip

    assert call("separate", "song.wav", "--model", "tiny.onnx").returncode == 0
    assert call("--help").returncode == 0
    found = call("devices")
    assert found.returncode == 2 and "libportaudio2" in found.stderr
    assert "[no_portaudio]" in found.stderr and "Traceback" not in found.stderr
    assert "libportaudio2" in call("doctor").stdout

"""`daw-bridge ctl generate` with a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daw_bridge.cli import main
from tests.rigs.diffusion_model import FEW, write_diffusion
from tests.rigs.server import Running
from tests.rigs.sounds import noise, save


def test_parts_on_the_servers_disk(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Paths are found from here; words and JSON lines are those of any job."""
    write_diffusion(tmp_path / "sampled.onnx", FEW)
    save(tmp_path / "drums.wav", noise(1, 800), 8000)
    monkeypatch.chdir(tmp_path)
    usual = ["ctl", "generate", "--server", running.endpoint, "--model", "sampled.onnx"]
    given = ["--given", "drums=drums.wav", "--stems", "bass"]
    assert main([*usual, *given, "-o", "out"]) == 0
    out, err = capsys.readouterr()
    assert (
        Path(out.strip()) == tmp_path / "out" / "generated_bass.wav" and Path(out.strip()).exists()
    )
    assert "leak: the given drums" in err and "out: done in" in err
    assert main([*usual, *given, "-o", "out", "--json"]) == 1
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert lines[0]["type"] == "generate.reply" and lines[0]["file"] == str(tmp_path / "out")
    (failed,) = (one for one in lines if one["type"] == "job.fail")
    assert (failed["code"], failed["command"]) == ("file_exists", "generate")
    assert lines[-1] == {"type": "summary", "done": 0, "failed": 1, "exit_code": 1}
    assert main([*usual, "--given", "drums", "-o", "out"]) == 2

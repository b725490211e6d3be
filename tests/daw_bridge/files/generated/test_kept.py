"""`generate --resume`: what is there is kept, what is not as it was asked for is made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.files import runner
from tests.rigs.diffusion_model import FEW, write_diffusion
from tests.rigs.sounds import load, noise, save


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_diffusion(tmp_path_factory.mktemp("kept") / "sampled.onnx", FEW))


@pytest.fixture
def drums(tmp_path: Path) -> Path:
    return save(tmp_path / "drums.wav", noise(1, 1000), 8000)


def generate(model: str, drums: Path, out: Path, *more: str) -> int:
    given = ["--given", f"drums={drums}", "--stems", "bass,piano", "-o", str(out)]
    return main(["generate", "--model", model, *given, *more])


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_what_is_there_is_kept_and_no_model_is_loaded(
    model: str, drums: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    out = tmp_path / "out"
    assert generate(model, drums, out, "--resume") == 0
    before, said = stamps(out), capsys.readouterr()
    assert "skipped" not in said.err and "remade" not in said.err
    assert generate(model, drums, out) == 2, "without --resume nothing is overwritten"
    assert "--resume" in capsys.readouterr().err
    monkeypatch.setattr(runner, "run_generation", None)
    assert generate(model, drums, out, "--resume", "--threads", "1") == 0
    again = capsys.readouterr()
    assert again.out == said.out and f"skipped: {out} holds it already" in again.err
    assert stamps(out) == before


def test_what_is_not_as_asked_for_is_made_anew_with_the_reason(
    model: str, drums: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert generate(model, drums, out) == 0
    first = load(out / "generated_bass.wav")
    assert generate(model, drums, out, "--resume", "--seed", "1") == 0
    assert "made anew: refine/seed was 0 and is 1" in capsys.readouterr().err
    second = load(out / "generated_bass.wav")
    assert (first != second).any()
    save(drums, noise(2, 1000), 8000)
    assert generate(model, drums, out, "--resume", "--seed", "1") == 0
    assert "the known stems are others" in capsys.readouterr().err
    save(out / "generated_piano.wav", noise(1, 1000), 8000)
    assert generate(model, drums, out, "--resume", "--seed", "1") == 0
    assert "generated_piano.wav has been changed" in capsys.readouterr().err
    (out / "generated_bass.wav").unlink()
    assert generate(model, drums, out, "--resume", "--seed", "1") == 0
    assert "generated_bass.wav is not there" in capsys.readouterr().err
    assert generate(model, drums, out, "--resume", "--seed", "1", "--stems", "bass") == 0
    assert {path.name for path in out.iterdir()} == {"generated_bass.wav", "daw-bridge.json"}


def test_what_others_made_is_not_touched(
    model: str, drums: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mine = save(out / "generated_bass.wav", noise(1, 500), 8000)
    before = mine.read_bytes()
    assert generate(model, drums, out, "--resume") == 2
    assert "already holds generated_bass.wav" in capsys.readouterr().err
    assert mine.read_bytes() == before and list(out.iterdir()) == [mine]
    kept = tmp_path / "kept"
    assert generate(model, drums, kept) == 0
    record = json.loads((kept / "daw-bridge.json").read_text("utf-8"))
    (kept / "daw-bridge.json").write_text(json.dumps(record | {"kind": "separated"}))
    assert generate(model, drums, kept, "--resume") == 2
    assert "files that were separated" in capsys.readouterr().err


def test_a_record_of_a_run_that_was_broken_off_is_not_believed(
    model: str, drums: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert generate(model, drums, out) == 0
    path = out / "daw-bridge.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"complete": False}))
    assert generate(model, drums, out, "--resume") == 0
    assert "broken off while it replaced files" in capsys.readouterr().err
    assert json.loads(path.read_text("utf-8"))["complete"]

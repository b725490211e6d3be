"""`daw-bridge generate`: files, words, JSON lines, refusals, Ctrl-C."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.reports import TextReporter
from daw_bridge.files.types import Progress
from tests.rigs.diffusion_model import FEW, write_diffusion
from tests.rigs.sounds import noise, save


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_diffusion(tmp_path_factory.mktemp("generate") / "sampled.onnx", FEW))


def test_parts_to_given_drums_with_words(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drums = save(tmp_path / "drums.wav", noise(1, 1000), 8000)
    command = ["generate", "--model", model, "--given", f"drums={drums}", "--stems", "bass,piano"]
    assert main([*command, "-o", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    made = [tmp_path / "out" / f"generated_{one}.wav" for one in ("bass", "piano")]
    assert list(map(Path, out.splitlines())) == made and all(one.is_file() for one in made)
    assert "model sampled: " in err and "note: generated out of noise by sampled, seed 0" in err
    assert err.count("leak: the given drums is in the generated") == 2 and "out: done in" in err


def test_json_lines(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    command = ["generate", "--model", model, "--stems", "bass", "--seconds", "0.05", "--json"]
    assert main([*command, "-o", str(out)]) == 0
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert {one["event"] for one in lines} == {"progress", "notice", "stem", "done", "summary"}
    (stem,) = (one for one in lines if one["event"] == "stem")
    assert stem["name"] == "generated_bass" and Path(stem["path"]).parent == out
    assert lines[-1] == {"event": "summary", "done": 1, "failed": 0, "exit_code": 0}


def test_what_cannot_be_is_refused_before_anything_runs(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    for more, said in (
        (["--model", model, "--stems", "tuba"], "of bass, drums, guitar, piano"),
        (["--model", "band"], "which only separates"),
        (["--model", model, "--given", f"drums={tmp_path / 'no.wav'}"], "no.wav"),
    ):
        assert main(["generate", *more, "-o", out]) == 2
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("heard_signals")
def test_ctrl_c_leaves_nothing(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    usual, pressed = TextReporter.report, []

    def report(self: TextReporter, source: Path, event: object) -> None:
        if not pressed and isinstance(event, Progress) and event.stage == "generate":
            pressed.append(source)
            signal.raise_signal(signal.SIGINT)
        usual(self, source, event)  # type: ignore[arg-type]

    monkeypatch.setattr(TextReporter, "report", report)
    out = tmp_path / "deep" / "out"
    command = ["generate", "--model", model, "--stems", "bass", "--seconds", "600", "-o", str(out)]
    assert main(command) == 130
    assert "stopped; 0 done, 1 not done" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

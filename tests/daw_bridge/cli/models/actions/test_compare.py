"""The command `daw-bridge models compare`, as a user gives it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.models.comparing.work import Told
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS, make_model


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    make_model(tmp_path / "one.onnx")
    make_model(tmp_path / "more.onnx", conditional=True, couple=0.02)
    for song in ("x", "y"):
        (tmp_path / "songs" / song).mkdir(parents=True)
        for seed, name in enumerate(STEMS):
            save(tmp_path / "songs" / song / f"{name}.wav", noise(2, 9000, seed))
    models = [str(tmp_path / f"{name}.onnx") for name in ("one", "more")]
    return [*models, "--songs", str(tmp_path / "songs"), "--threads", "1"]


def run(*words: str) -> int:
    return main(["models", "compare", *words])


def test_tables_on_standard_output(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*line) == 0
    out, err = capsys.readouterr()
    assert out.startswith("true stem") and "2 songs, 2 with true stems" in out
    assert "one: on the CPU" in err and "song 2 of 2: y" in err


def test_json_and_steps(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for steps in ("1", "4"):
        assert run(*line, "--json", "--steps", steps, "--limit", "1", "--seconds", "0.1") == 0
        found.append(json.loads(capsys.readouterr().out))
    assert [one["name"] for one in found[0]["songs"]] == ["x"]
    one, four = (value["summary"]["scores"][0] for value in found)
    assert one["a"] == four["a"], "one pass whatever is asked"
    assert one["b"] != four["b"]


def test_a_bad_song_is_exit_code_1(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "songs" / "bad.wav").write_bytes(b"nothing")
    assert run(*line, "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["failed"]) == 1


def test_ctrl_c_leaves_nothing(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard_signals: None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(Told, "show", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    assert run(*line, "--plot", str(tmp_path / "x.png")) == 130
    out, err = capsys.readouterr()
    assert sorted(tmp_path.rglob("*")) == before and out == ""
    assert err.endswith("daw-bridge models: stopped\n")


def test_what_is_wrong_with_all_of_it(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(*line[:3], str(tmp_path / "empty")) == 2
    assert "holds no songs" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--seconds", "0"], ["--seconds", "x"], ["--limit", "0"], ["--limit", "-1"]]
)
def test_numbers_out_of_range(
    line: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(*line, *words)
    assert "expected" in capsys.readouterr().err

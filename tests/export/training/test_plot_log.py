"""The plots of training logs: what is read, what is drawn, what is refused."""

import importlib.util
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from export.__main__ import main
from export.training import plot_log
from export.training.plot_log import PlotError, read


def write_log(run: Path, rows: list[dict[str, Any]]) -> Path:
    run.mkdir(exist_ok=True)
    (run / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return run


def training(step: int, loss: float = 1.0) -> dict[str, Any]:
    return {"step": step, "loss": loss, "norm": 2.0, "rate": 1e-3, "step_s": 0.1}


def validation(step: int, value: float) -> dict[str, Any]:
    keys = ("si_sdri_bass_N1", "si_sdri_bass_N4", "sdr_bass_N1", "si_sdri_drums_N1")
    return {"step": step, "validation": dict.fromkeys(keys, value), "mean_sdr": value}


def test_scores_without_steps_are_drawn(tmp_path: Path) -> None:
    """As those of networks that listen to tags, whose rows say nothing of steps."""
    row = {"si_sdri_drums": 1.0, "si_sdri_leaves": 2.0, "leakage_db": -20.0, "questions": 7.0}
    run = write_log(tmp_path / "run", [training(1), {"step": 1, "validation": row}])
    log = read(run)
    assert log.stems("si_sdri") == ["drums", "leaves"] and log.stems("sdr") == []
    if importlib.util.find_spec("matplotlib") is not None:
        plot_log.refresh(run)
        drawn = (run / "log.svg").read_text("utf-8")
        assert "leaves: mean SI-SDRi" in drawn and "N = " not in drawn


def test_what_was_done_after_the_checkpoint_of_a_resumed_run_is_left_out(tmp_path: Path) -> None:
    rows = [training(10), training(20), validation(20, 1.0), training(30, 9.0)]
    rows += [{"step": 20, "resumed_at": 20}, training(30, 0.5)]
    log = read(write_log(tmp_path / "run", rows))
    assert log.name == "run"
    assert log.training["loss"] == [(10, 1.0), (20, 1.0), (30, 0.5)]
    assert log.validation["si_sdri_bass_N4"] == [(20, 1.0)]
    assert log.stems("si_sdri") == ["bass", "drums"]
    assert log.stems("sdr") == ["bass"]


def test_runs_are_overlaid_with_a_panel_for_each_curve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [training(10), validation(10, 1.0), training(20), validation(20, 2.0)]
    one, two = write_log(tmp_path / "one", rows), write_log(tmp_path / "two", rows[:3])
    out = tmp_path / "both.svg"
    assert main(["plot-log", str(one), str(two), "-o", str(out)]) == 0
    text = "".join(ElementTree.parse(out).getroot().itertext())
    for shown in ("one", "two", "loss", "gradient norm", "learning rate", "bass: mean SI-SDRi"):
        assert shown in text
    first = out.read_bytes()
    assert main(["plot-log", str(one), str(two), "-o", str(out)]) == 0
    assert out.read_bytes() == first
    assert main(["plot-log", str(one), "-o", str(tmp_path / "one.png"), "--metric", "sdr"]) == 0
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob(".export-*"))
    capsys.readouterr()


def test_mistakes_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PlotError, match="give a folder"):
        read(tmp_path / "none")
    with pytest.raises(PlotError, match="nothing has been logged"):
        read(write_log(tmp_path / "empty", [{"step": 0, "resumed_at": 0}]))
    run = write_log(tmp_path / "run", [training(1)])
    with (run / "log.jsonl").open("a") as log:
        log.write('{"step": 2, "lo')
    assert main(["plot-log", str(run)]) == 1
    assert "line 2: expected JSON" in capsys.readouterr().err
    plot_log.refresh(run)  # said, and training goes on
    assert "no log.svg" in capsys.readouterr().out
    good = write_log(tmp_path / "good", [training(1)])
    assert main(["plot-log", str(good), "-o", str(tmp_path / "x.nothing")]) == 1
    assert "nothing" in capsys.readouterr().err
    assert main(["plot-log", str(good), str(run)]) == 2


def test_without_matplotlib_it_is_said_once_and_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find(name)
    )
    monkeypatch.setattr(plot_log, "_told", set())
    run = write_log(tmp_path / "run", [training(1)])
    plot_log.refresh(run)
    plot_log.refresh(run)
    assert capsys.readouterr().out.count("pip install '.[plot]'") == 1
    assert main(["plot-log", str(run)]) == 1
    assert not (run / "log.svg").exists()

"""`daw-bridge bench` measures what it says it does; no test asserts a time."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli import main
from daw_bridge.cli.benchmark import (
    measure_live,
    measure_offline,
    measure_overhead,
    music,
    offline_runs,
    write_music,
)
from daw_bridge.cli.commands import bench
from daw_bridge.cli.models.speed import measure
from daw_bridge.cli.peak_memory import NotMeasured, peak_mib
from engines.load import Model, load_model
from engines.ort import OrtSession
from tests.rigs.diffusion_model import diffusion_model
from tests.rigs.query import write_query
from tests.rigs.sounds import load
from tests.rigs.tiny_models import make_model, make_spec


@pytest.fixture
def model(tmp_path: Path) -> Model:
    make_model(tmp_path / "tiny.onnx", domain="stft", conditional=True)
    return load_model(tmp_path / "tiny.onnx")


def test_the_bare_side_repeats_the_streams_own_runs(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[bytes] = []
    run_several = OrtSession.run_several

    def noted(
        self: OrtSession, outputs: Sequence[str], feeds: dict[str, np.ndarray]
    ) -> list[np.ndarray]:
        fed.append(b"".join(one.tobytes() for one in feeds.values()))
        return run_several(self, outputs, feeds)

    monkeypatch.setattr(OrtSession, "run_several", noted)
    found = measure_overhead(model, 6)
    assert found.windows == 6
    counts = {one: fed.count(one) for one in fed[-18:]}
    assert set(counts.values()) == {3}  # timed, recorded, and bare
    assert min(found.stft_ms, found.network_ms, found.ratio, found.cpu_ratio) > 0


def test_a_one_pass_model_has_no_steps_to_fit(tmp_path: Path, model: Model) -> None:
    make_model(tmp_path / "once.onnx")
    once = measure_live(load_model(tmp_path / "once.onnx"), 4, 0.7)
    assert (once.step_ms, once.steps_that_fit) == (0.0, 0)
    assert once.load == pytest.approx(once.window_ms / once.hop_ms)
    assert measure_live(model, 4, 0.7).steps == model.spec.live.steps


def test_all_of_it_in_json_and_as_a_table(
    model: Model, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "_QUICK", (4, 1.0, 0.5, 1.0, 2.0))
    args = ["bench", "--quick", "--model", str(model.path)]
    assert main([*args, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overhead"]["ratio"] > 0 and found["memory"]["ratio"] > 0
    assert [one["steps"] for one in found["offline"]] == [1, 16]
    assert main([*args, "--no-memory"]) == 0
    text = capsys.readouterr().out
    assert "streaming / bare" in text and "<= 1.05" in text and "peak memory" not in text


def test_a_model_that_samples_is_asked_for_its_own_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One step would be refused. Its files are shorter by their number, but a window at least."""
    sampled = diffusion_model(tmp_path / "sampled.onnx")
    assert offline_runs(sampled.spec, 60.0, 30.0) == ((30, 2.0),)
    ((steps, seconds),) = offline_runs(sampled.spec, 1.0, 0.5)
    assert (steps, seconds) == (30, 1024 / 8000)
    assert measure_offline(sampled, steps, seconds).speed > 0
    found = measure_live(sampled, 1, 0.7)
    assert (found.steps, found.steps_that_fit) == (30, 0) and found.load > 0
    assert [n for n, _ in offline_runs(make_spec(conditional=True), 1.0, 1.0)] == [1, 16]
    assert measure(sampled, "offline", hops=1).load > 0  # as `models list --measure` does


def test_a_model_that_listens_is_asked_for_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_query(tmp_path / "query.onnx")
    monkeypatch.setattr(bench, "_QUICK", (2, 0.5, 0.5, 0.5, 1.0))
    args = ["bench", "--quick", "--model", str(tmp_path / "query.onnx"), "--json"]
    assert main([*args, "--tags", "flute,violin+cello"]) == 0
    assert json.loads(capsys.readouterr().out)["memory"]["ratio"] > 0
    assert main([*args, "--no-memory"]) == 0, "its first tag"
    assert main([*args, "--tags", "flutes"]) == 2
    assert "Nearest: flute" in capsys.readouterr().err


def test_music_is_as_long_as_asked(tmp_path: Path) -> None:
    once = music(44100, 1, 24 * 44100)
    twice = music(44100, 3, 50 * 44100)
    assert twice.shape == (3, 50 * 44100) and np.abs(once).max() > 0.1
    assert np.array_equal(twice[0, 24 * 44100 : 48 * 44100], once[0])
    assert load(write_music(tmp_path / "x.flac", 25.5)).shape == (2, round(25.5 * 44100))


@pytest.mark.skipif(importlib.util.find_spec("resource") is None, reason="needs getrusage")
def test_peak_memory_is_the_processs_own() -> None:
    small = peak_mib([sys.executable, "-c", "pass"])
    large = peak_mib([sys.executable, "-c", "x = b'1' * (200 * 2**20)"])
    assert 190 < large - small < 230
    assert peak_mib([sys.executable, "-c", "pass"]) < small + 20
    with pytest.raises(NotMeasured, match="ended with 7"):
        peak_mib([sys.executable, "-c", "raise SystemExit(7)"])

"""How fast a model is here: what is measured is what a stream does."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.cli.models.speed import SMOOTH, Speed, measure
from engines.load import load_model
from tests.rigs.tiny_models import LIVE, OFFLINE, make_model


def test_every_preset_is_timed_by_itself(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    model = load_model(tmp_path / "tiny.onnx")
    for preset, grid in (("balanced", LIVE.grid), ("offline", OFFLINE.grid)):
        found = measure(model, preset)
        assert found.load > 0
        assert found.hop_ms == 1000 * grid.hop_samples / 44100
        assert found.latency_ms == 1000 * grid.latency_samples / 44100


def test_smooth_leaves_time_for_others() -> None:
    assert Speed("balanced", SMOOTH - 0.01, 1.0, 1.0).smooth
    assert not Speed("balanced", SMOOTH + 0.01, 1.0, 1.0).smooth

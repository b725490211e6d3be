"""How fast a model is here: what is measured is what a stream does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from daw_bridge.cli.benchmark import measure_live, measure_overhead
from daw_bridge.cli.models.speed import SMOOTH, Speed, measure
from engines.load import load_model
from tests.rigs.needing import SINGER, write_stacked
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


def test_of_several_models_the_longest_hop_is_timed(tmp_path: Path) -> None:
    """After it all of them have run."""
    write_stacked(tmp_path)
    slow = replace(LIVE, window_samples=2048, hop_samples=1024)
    make_model(tmp_path / "singer.onnx", **SINGER, live=slow)
    model = load_model(tmp_path / "stacked.onnx")
    found = measure(model, "balanced")
    assert found.hop_ms == 1000 * 1024 / 44100 and found.load > 0
    assert (
        found.latency_ms == 1000 * (slow.grid.latency_samples + LIVE.grid.latency_samples) / 44100
    )
    live = measure_live(model, 4, 0.7)
    assert live.hop_ms == found.hop_ms and live.window_ms > 0
    assert measure_overhead(model, 4).network_ms > 0

"""daw_bridge.live.sampling: models that sample their stems are refused live, and say why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.errors import TooSlow
from daw_bridge.live.stream import LiveStream
from engines.stream import stream_settings
from tests.rigs.diffusion_model import diffusion_model
from tests.rigs.fake_session import fake_model
from tests.rigs.tiny_models import make_spec


@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_a_live_stream_is_refused_with_how_slow_it_would_be(tmp_path: Path, rate_hz: int) -> None:
    model = diffusion_model(tmp_path / "sampled.onnx")
    live = LiveStream(model, stream_settings(model.spec, rate_hz, 1), 64, 0.7)
    with pytest.raises(TooSlow) as caught:
        live.control.start()
    assert caught.value.code == "too_slow"
    factor = re.search(r"in 30 steps: .* a real-time factor of ([\d.e+-]+)", str(caught.value))
    assert factor and float(factor[1]) > 0
    assert "separate a file" in str(caught.value)


def test_going_over_to_such_a_model_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    model = diffusion_model(tmp_path / "sampled.onnx")
    plain = fake_model(make_spec(rate_hz=8000, channels=1))
    live = LiveStream(plain, stream_settings(plain.spec, 8000, 1), 64, 0.7)
    with pytest.raises(TooSlow):
        live.control.swap(model, stream_settings(model.spec, 8000, 1))
    assert live.control.settings.window_samples == plain.spec.live.window_samples


def test_one_whose_known_stem_such_a_model_makes_is_refused(tmp_path: Path) -> None:
    model = diffusion_model(tmp_path / "sampled.onnx")
    plain = fake_model(make_spec(rate_hz=8000, channels=1))
    stacked = replace(plain, firsts=(("drums", model),))
    live = LiveStream(stacked, stream_settings(plain.spec, 8000, 1), 64, 0.7)
    with pytest.raises(TooSlow, match="sampled, which"):
        live.control.start()

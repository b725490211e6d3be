"""A job that takes far longer than the model's own settings says so before it starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.files.load import load_factor, load_words
from engines.load import read_spec
from engines.spec import ModelSpec
from engines.stream import stream_settings
from tests.rigs.tiny_models import make_model


def spec_of(path: Path, conditional: bool) -> ModelSpec:
    make_model(path / "tiny.onnx", conditional=conditional, domain="stft")
    return read_spec(path / "tiny.onnx")


@pytest.mark.parametrize("conditional", [False, True])
def test_the_factor_is_windows_times_length_times_steps(tmp_path: Path, conditional: bool) -> None:
    spec = spec_of(tmp_path, conditional)
    usual = stream_settings(spec, 44100, 2, preset="offline")
    assert load_factor(spec, usual) == 1.0 and load_words(spec, usual) == ""
    own = usual.hop_samples
    assert load_factor(spec, replace(usual, hop_samples=own // 16)) == own / (own // 16)
    window = replace(usual, window_samples=2 * usual.window_samples)
    assert load_factor(spec, window) == 2.0
    steps = replace(usual, steps=64 * usual.steps)
    assert load_factor(spec, steps) == (64.0 if conditional else 1.0)


def test_far_above_is_said_with_what_is_unusual(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, True)
    usual = stream_settings(spec, 44100, 2, preset="offline")
    own = usual.hop_samples
    words = load_words(spec, replace(usual, hop_samples=own // 16))
    assert words == (
        f"these settings take about {own / (own // 16):.0f} times as long as the model's own "
        f"(hop {own // 16} instead of {own})"
    )

"""cli.shipped: the models that come with the project, and those that users choose by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.cli import shipped
from engines.spec import PresetModel
from tests.rigs.tiny_models import make_model


def test_models_for_a_preset_are_not_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "MODELS", tmp_path)
    make_model(tmp_path / "band.onnx", name="band")
    make_model(tmp_path / "quick.onnx", name="quick")
    make_model(tmp_path / "song.onnx", name="song", elsewhere=(PresetModel("instant", "quick"),))
    assert list(shipped.shipped()) == ["song", "band", "quick"]
    assert list(shipped.chosen()) == ["song", "band"]

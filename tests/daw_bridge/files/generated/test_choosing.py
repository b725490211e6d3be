"""daw_bridge.files.generated.choosing: which model generates."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.generated.choosing import able, chosen
from engines.errors import ModelNotFoundError
from tests.rigs.diffusion_model import write_diffusion
from tests.rigs.tiny_models import make_model


def test_one_that_can_is_taken_and_of_two_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    make_model(tmp_path / "plain.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(BadValue, match="none is installed"):
        chosen("")
    path = write_diffusion(tmp_path / "able.onnx", name="able")
    assert able() == ("able",) and chosen("")[0] == path and chosen("able")[1].name == "able"
    with pytest.raises(BadValue, match=r"plain, which only separates.*that generates: able"):
        chosen("plain")
    write_diffusion(tmp_path / "second.onnx", {"generating": None}, name="second")
    assert able() == ("able",)
    write_diffusion(tmp_path / "third.onnx", name="third")
    with pytest.raises(BadValue, match=r"no --model.*able, third"):
        chosen("")
    with pytest.raises(ModelNotFoundError):
        chosen("nobody")

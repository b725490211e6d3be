"""engines.outside: the files beside a graph that have its weights are files of the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from engines.load import model_files, model_stamp
from engines.outside import files_outside
from tests.rigs.tiny_models import make_model


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    """A model whose weights lie in tiny.weights."""
    make_model(tmp_path / "tiny.onnx")
    model = onnx.load(tmp_path / "tiny.onnx")
    weight = onnx.numpy_helper.from_array(np.ones(500, np.float32), "weight")
    model.graph.initializer.append(weight)
    path = tmp_path / "apart.onnx"
    onnx.save(model, path, save_as_external_data=True, location="apart.weights", size_threshold=99)
    return path


def test_weights_outside_are_found(apart: Path, tmp_path: Path) -> None:
    assert files_outside(apart) == ("apart.weights",)
    assert files_outside(tmp_path / "tiny.onnx") == ()


@pytest.mark.parametrize("content", [b"", b"no graph", b"\x3a\xff\xff"])
def test_a_damaged_file_has_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(content)
    assert files_outside(tmp_path / "bad.onnx") == ()
    assert files_outside(tmp_path / "gone.onnx") == ()


def test_other_weights_are_another_model(apart: Path) -> None:
    assert apart.with_name("apart.weights") in model_files(apart)
    before = model_stamp(apart)
    apart.with_name("apart.weights").write_bytes(b"x" * 2001)
    assert model_stamp(apart) != before

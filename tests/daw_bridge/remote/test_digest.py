"""The hash of a model's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.remote.digest import model_digest
from engines.load import read_spec
from engines.spec import sidecar_of
from tests.rigs.families import bag
from tests.rigs.tiny_models import make_model


def test_equal_files_are_equal_wherever_they_lie(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_model(tmp_path / name / f"{name}.onnx")
        found.append(model_digest(tmp_path / name / f"{name}.onnx"))
    assert found[0] == found[1] and len(found[0]) == 64


def test_every_file_counts(tmp_path: Path) -> None:
    path = bag(tmp_path)
    before = model_digest(path)
    make_model(tmp_path / "vocals.onnx", gains=(0.1, 0.1, 0.1, 0.2))
    os.utime(tmp_path / "vocals.onnx", ns=(1, 1))
    after = model_digest(path)
    sidecar_of(path).write_text(read_spec(path).to_json() + "\n")
    assert len({before, after, model_digest(path)}) == 3


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        model_digest(tmp_path / "none.onnx")

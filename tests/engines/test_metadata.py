"""engines.metadata: what a file says of itself, without a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.metadata import read_property
from engines.ort import read_metadata
from engines.spec import SPEC_KEY
from tests.rigs.tiny_models import make_model


def test_it_reads_what_onnxruntime_reads(tmp_path: Path) -> None:
    spec = make_model(tmp_path / "tiny.onnx", training="fünf Stunden")
    text = read_property(tmp_path / "tiny.onnx", SPEC_KEY)
    assert text == read_metadata(tmp_path / "tiny.onnx")[SPEC_KEY] == spec.to_json()
    assert read_property(tmp_path / "tiny.onnx", "another") is None


@pytest.mark.parametrize("content", [b"", b"no graph", b"\x72\xff\xff"])
def test_a_damaged_file_says_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(content)
    assert read_property(tmp_path / "bad.onnx", SPEC_KEY) is None
    assert read_property(tmp_path / "gone.onnx", SPEC_KEY) is None

"""Golden values notice when exporter, onnxruntime or a shipped model change."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest

from engines.load import MODELS
from export.graphs.files import save
from export.graphs.golden import golden_path, write_golden
from tests.rigs.golden import check_golden

HERE = Path(__file__).parent / "golden"
SHIPPED = sorted(MODELS.glob("*.golden.npz"))


def test_tiny_models_export_as_they_did(tiny) -> None:
    """To accept a change on purpose: DAW_BRIDGE_WRITE_GOLDEN=1 pytest tests/export/graphs."""
    stored = HERE / f"{tiny.network.family}.npz"
    if os.environ.get("DAW_BRIDGE_WRITE_GOLDEN"):
        write_golden(tiny.path, 1e-4, stored)
    assert check_golden(tiny.path, stored) <= 1e-4
    assert stored.stat().st_size < 4096


@pytest.mark.parametrize("stored", SHIPPED, ids=lambda path: path.name)
def test_shipped_models_compute_as_they_did(stored: Path) -> None:
    check_golden(MODELS / stored.name.replace(".golden.npz", ".onnx"))


def test_a_changed_weight_is_noticed(tiny, tmp_path) -> None:
    graph = onnx.load(tiny.path)
    path = tmp_path / "tiny.onnx"
    save(graph, path)
    written = write_golden(path, 1e-4)
    assert written == golden_path(path)
    assert check_golden(path) == 0.0
    weight = next(t for t in graph.graph.initializer if len(t.dims) > 2)
    weight.raw_data = (np.frombuffer(weight.raw_data, np.float32) * np.float32(1.1)).tobytes()
    save(graph, path)
    with pytest.raises(AssertionError, match="golden"):
        check_golden(path)


def test_every_shipped_model_has_golden_values() -> None:
    missing = [m.name for m in MODELS.glob("*.onnx") if not golden_path(m).is_file()]
    assert not missing, "write them: python -m export to-onnx ... --golden"

"""Costs are measured on what was trained and exported."""

from pathlib import Path

import pytest
import torch

from export.graphs.to_onnx import to_onnx
from export.nets import checkpoint
from export.nets.families import m_unet, nade_demucs
from export.nets.nade import Nade
from export.studies.comparison.cost import engine_seconds, graph_seconds, step_seconds

SMALL = {
    "m_unet": m_unet.Config(
        stems=2, fft_samples=256, hop_samples=128, rows=32, widths=(4, 6), conditional=True
    ),
    "nade_demucs": nade_demucs.Config(stems=2, channels=1, base_channels=4, depth=2),
}


@pytest.mark.parametrize("family", sorted(SMALL))
def test_costs(family: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Nade(family, SMALL[family])
    about = checkpoint.describe(model, ("drums", "bass"), 8000)
    state = {"description": about, "ema": model.state_dict(), "step": 4, "elapsed_s": 2.0}
    checkpoint.save(tmp_path / "last.pt", state)
    assert step_seconds(tmp_path / "last.pt") == 0.5
    path = tmp_path / "net.onnx"
    to_onnx(tmp_path / "last.pt", path)
    assert graph_seconds(path, threads=1, runs=1) > 0
    assert engine_seconds(path, steps=1, seconds=1.0) > 0

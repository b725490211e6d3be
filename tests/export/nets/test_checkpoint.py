"""Checkpoints that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from export.__main__ import main
from export.nets import checkpoint
from export.nets.checkpoint import CheckpointError


def write(path: Path, kind: str) -> Path:
    if kind == "text":
        path.write_text("not a checkpoint\n")
    elif kind == "empty":
        path.touch()
    elif kind == "tensor":
        torch.save(torch.ones(2), path)
    else:
        torch.save({"format": 99}, path)
    return path


@pytest.mark.parametrize("kind", ["text", "empty", "tensor", "format"])
def test_another_file_is_said_to_be_one(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.pt", kind)
    with pytest.raises(CheckpointError, match=r"a\.pt"):
        checkpoint.load(path)
    assert main(["blend", str(path), str(path), "-o", str(tmp_path / "b.pt")]) == 1
    assert main(["to-onnx", str(path), "-o", str(tmp_path / "b.onnx")]) == 1
    assert capsys.readouterr().err.count("error: ") == 2
    assert [one.name for one in tmp_path.iterdir()] == ["a.pt"]


def test_a_preset_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [str(tmp_path / "a.pt"), "-o", str(tmp_path / "b.onnx"), "--live", "window=abc"]
    assert main(["to-onnx", *command]) == 1
    assert "window=abc" in capsys.readouterr().err

"""The cost of a precision: every precision and layout, on a tiny setup."""

from pathlib import Path

import pytest

from export.__main__ import main

SETUP = """
family = "band_unet"
stems = ["drums", "bass"]
rate_hz = 8000
[model]
stems = 2
channels = 1
fft_samples = 1024
hop_samples = 256
widths = [4, 6]
tdf_reduction = 4
lstm_hidden = 8
[train]
batch = 2
loss = "bands"
[data]
kind = "songs"
seconds = 0.5
"""


def test_each_precision_and_layout_is_timed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(SETUP, "utf-8")
    command = ["--setup", str(path), "--one-pass", "--rounds", "1"]
    assert main(["precision-cost", *command, "--precisions", "float32", "bfloat16"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and "1.00 of the first: channels first, float32" in lines[0]
    assert "channels last, bfloat16" in lines[3]
    assert all(float(line.split()[0]) > 0 for line in lines)

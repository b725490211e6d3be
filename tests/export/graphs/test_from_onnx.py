"""From an exported file back to a checkpoint that training begins with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from export.__main__ import main
from export.graphs.parity import compare, require_parity
from export.nets.checkpoint import load_model
from tests.rigs.export.networks import CONFIGS, RATE_HZ, STEMS, Tiny

TRAIN = """
[train]
batch = 2
loss = "waveform"
precision = "float32"
steps = 1
warmup_steps = 1
own_context = 0.0

[data]
kind = "songs"
seconds = 0.5
"""


def setup(folder: Path, stems: tuple[str, ...] = STEMS, rate_hz: int = RATE_HZ) -> Path:
    """A setup of the tiny band_unet."""
    model = "\n".join(
        f"{name} = {[list(run) for run in value] if name == 'bands' else value}"
        for name, value in CONFIGS["band_unet"].items()
    ).replace("(", "[").replace(")", "]")  # fmt: skip
    head = f'family = "band_unet"\nstems = {list(stems)}\nrate_hz = {rate_hz}\n'
    path = folder / "tiny.toml"
    path.write_text(f"{head}validation_seconds = 0.5\n[model]\n{model}\n{TRAIN}")
    return path


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rendered songs' worth of noise."""
    root = tmp_path_factory.mktemp("bands")
    for number in range(2):
        folder = root / "train" / f"song {number}"
        folder.mkdir(parents=True)
        for seed, stem in enumerate(STEMS):
            noise = np.random.default_rng([number, seed]).standard_normal((2 * RATE_HZ, 2)) / 20
            soundfile.write(folder / f"{stem}.flac", noise, RATE_HZ)
    return root


@pytest.mark.parametrize("conditional", [True, False])
def test_there_and_back(
    make_tiny: Callable[..., Tiny], bands: Path, tmp_path: Path, conditional: bool
) -> None:
    tiny = make_tiny("band_unet", conditional)
    out, toml = tmp_path / "shipped.pt", str(setup(tmp_path))
    shipped, card = tmp_path / "shipped.onnx", tmp_path / "level.json"
    shutil.copy(tiny.path, shipped)
    card.write_text('{"level_db": -20.5}')
    assert main(["card", str(shipped), str(card)]) == 0
    command = [str(shipped), "--setup", toml, "--bands", str(bands), "-o", str(out)]
    assert main(["from-onnx", *command, "--batches", "3"]) == 0
    network, about = load_model(out)
    assert about["step"] == 0 and tuple(about["stems"]) == STEMS
    assert about["level_db"] == -20.5
    assert require_parity(compare(network, tiny.spec, tiny.path)) < 1e-5
    variances = network.core.stem[1].running_var
    assert not torch.allclose(variances, torch.ones_like(variances))
    flags = [] if conditional else ["--one-pass"]
    run = ["--setup", toml, "--bands", str(bands), "--out", str(tmp_path / "run"), *flags]
    for _ in range(2):  # the second finds the run at its end
        assert main(["train", *run, "--init", str(out)]) == 0
        assert load_model(tmp_path / "run" / "last.pt")[1]["level_db"] == -20.5


def test_another_setup_is_refused(
    make_tiny: Callable[..., Tiny], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = make_tiny("band_unet")
    toml = setup(tmp_path, rate_hz=16000)
    out = tmp_path / "shipped.pt"
    command = [str(tiny.path), "--setup", str(toml), "--bands", str(tmp_path), "-o", str(out)]
    assert main(["from-onnx", *command]) == 1
    assert "8000 Hz; expected" in capsys.readouterr().err
    assert not out.exists()


def test_a_loss_that_does_not_go_with_the_network(
    make_tiny: Callable[..., Tiny], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny, toml = make_tiny("nade_demucs"), tmp_path / "other.toml"
    values = "\n".join(f"{name} = {value}" for name, value in CONFIGS["nade_demucs"].items())
    head = (
        f'family = "nade_demucs"\nstems = {list(STEMS)}\nrate_hz = {RATE_HZ}\n[model]\n{values}\n'
    )
    toml.write_text(head + TRAIN.replace("waveform", "bands"))
    out = tmp_path / "a.pt"
    command = [str(tiny.path), "--setup", str(toml), "--bands", str(tmp_path), "-o", str(out)]
    assert main(["from-onnx", *command]) == 1
    assert "needs a family with bands" in capsys.readouterr().err and not out.exists()


def test_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml = setup(tmp_path)
    missing = tmp_path / "none.onnx"
    command = [str(missing), "--setup", str(toml), "-o", str(tmp_path / "a.pt")]
    assert main(["from-onnx", *command]) == 1
    assert "needs --bands" in capsys.readouterr().err
    assert main(["from-onnx", *command, "--bands", str(tmp_path)]) == 1
    assert "none.onnx" in capsys.readouterr().err


def test_a_setup_with_another_hop_is_refused(
    make_tiny: Callable[..., Tiny], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny, toml = make_tiny("band_unet"), setup(tmp_path)
    text = toml.read_text("utf-8")
    hop = re.search(r"hop_samples = (\d+)", text)
    assert hop is not None
    toml.write_text(text.replace(hop[0], f"hop_samples = {int(hop[1]) // 2}"))
    out = tmp_path / "shipped.pt"
    command = [str(tiny.path), "--setup", str(toml), "--bands", str(tmp_path), "-o", str(out)]
    assert main(["from-onnx", *command]) == 1
    assert "hop_samples" in capsys.readouterr().err and not out.exists()

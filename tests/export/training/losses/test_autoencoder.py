"""What an autoencoder learns by, that it learns, and that its codebook is not averaged."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from export.__main__ import main
from export.common.batch import Batch
from export.nets import checkpoint
from export.training.criterion import LossError
from export.training.losses import autoencoder
from export.training.source import Mixtures
from export.training.trainer import Trainer
from tests.rigs.export.clips import write_cache
from tests.rigs.export.training import BAND, batch, trainer

SMALL = {"width": 8, "depth": 2, "latent": 6, "codes": 32}


def mixes(step: int) -> np.ndarray:
    return batch(step).sum(1, keepdims=True)


def make(**options: object) -> Trainer:
    return trainer("vqvae", SMALL, loss="autoencoder", learning_rate=5e-3, **options)


def test_equal_sounds_have_no_error_and_silence_has_all_of_it() -> None:
    truth = torch.from_numpy(mixes(0))[:, 0]
    assert float(autoencoder.reconstruction(truth, truth).max()) < 1e-3
    found = autoencoder.spectral(torch.zeros_like(truth), truth)
    assert found.mean() == pytest.approx(1.0, abs=1e-3)
    silent = autoencoder.reconstruction(torch.zeros_like(truth), torch.zeros_like(truth))
    assert torch.isfinite(silent).all()


def test_the_largest_errors_count_beside_the_mean() -> None:
    truth = torch.ones(1, 1, 4 * autoencoder.LARGEST)
    made = truth.clone()
    made[..., : autoencoder.LARGEST] += 2.0
    found = autoencoder.reconstruction(made, truth) - autoencoder.spectral(made, truth)
    assert float(found) == pytest.approx(1.0 + 0.02 * 4.0)


def test_it_learns_and_uses_its_codes() -> None:
    made = make()
    losses = [made.train_step(mixes(step % 4))["loss"] for step in range(24)]
    assert np.mean(losses[-4:]) < 0.9 * np.mean(losses[:4])
    book = made.model.core.codebook
    with torch.no_grad():
        latent = made.model.core.encoder(torch.from_numpy(mixes(0))[:, 0])
    used = book.nearest(latent.transpose(1, 2).flatten(0, 1)).unique()
    assert len(used) > 2


def test_the_average_has_the_codebook_of_the_last_step() -> None:
    made = make(ema=0.999)
    for step in range(3):
        made.train_step(mixes(step))
    ours, mean = made.model.core, made.average.core
    assert torch.equal(ours.codebook.codes, mean.codebook.codes)
    assert not torch.equal(ours.encoder[0].weight, mean.encoder[0].weight)


def test_it_is_for_autoencoders() -> None:
    with pytest.raises(LossError, match="no codebook"):
        trainer("band_unet", BAND, loss="autoencoder")


def test_mixtures_are_the_sums_of_another_source() -> None:
    class Source:
        def batch(self, step: int) -> np.ndarray | Batch:
            return batch(step) if step else Batch(batch(step), None)

    for step in range(2):
        found = Mixtures(Source()).batch(step)
        assert found.shape == (2, 1, 1, 8000)
        np.testing.assert_allclose(found[:, 0], batch(step).sum(1), atol=1e-7)


SETUP = """\
family = "vqvae"
stems = ["music"]
rate_hz = 16000
validation_seconds = 1.0
[model]
width = 6
depth = 2
codes = 32
[train]
batch = 2
loss = "autoencoder"
steps = 3
validate_by = "sdr"
precision = "float32"
[data]
kind = "mixtures"
stem_set = "song"
seconds = 0.25
"""


def test_the_command_trains_and_another_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A smoke test of what `--setup vqvae16` does."""
    write_cache(tmp_path)
    (tmp_path / "setup.toml").write_text(SETUP)
    folders = ["--cache", str(tmp_path / "cache"), "--bands", str(tmp_path / "bands")]
    out = tmp_path / "run"
    line = ["train", "--setup", str(tmp_path / "setup.toml"), *folders, "--out", str(out)]
    assert main(line) == 0
    state = checkpoint.load(out / "last.pt")
    assert state["step"] == 3 and math.isfinite(state["best"]["score"])
    capsys.readouterr()
    songs = ["--songs", str(tmp_path / "bands" / "train"), "--stems", "bass,drums,piano"]
    assert main(["autoencoder", str(out / "best.pt"), *songs, "--seconds", "0.5"]) == 0
    printed = capsys.readouterr().out
    assert "reconstruction SDR: " in printed and " of 32, perplexity " in printed


def test_the_report_is_for_autoencoders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = trainer("band_unet", BAND)
    made.description = checkpoint.describe(made.model, ("a", "b", "c", "d"), 16000)
    made.save(tmp_path / "band.pt")
    assert main(["autoencoder", str(tmp_path / "band.pt"), "--songs", str(tmp_path)]) == 2
    assert "an autoencoder" in capsys.readouterr().err

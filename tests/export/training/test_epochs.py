"""Epoch means and the plateau schedule."""

import pytest
import torch

from export.training.epochs import Epoch, Plateau
from tests.rigs.export.training import BAND, batch, trainer


def test_epoch_means_count_masked_stems_only() -> None:
    epoch = Epoch(2)
    epoch.add(torch.tensor([[1.0, 0], [3, 5]]), torch.tensor([[True, False], [True, True]]))
    epoch.add(torch.tensor([[float("nan"), 1]]), torch.tensor([[True, True]]))
    assert epoch.close().tolist() == [2, 5]
    assert epoch.close().tolist() == [0, 0]


def test_plateau_waits_its_patience() -> None:
    plateau = Plateau(patience=2)
    for error in (3.0, 2.0, 2.0, 2.5):
        plateau.end_epoch(error)
    assert plateau.factor == 1
    plateau.end_epoch(2.1)
    assert plateau.factor == pytest.approx(0.1)
    plateau.end_epoch(1.0)
    assert plateau.waited == 0
    other = Plateau(2)
    other.restore(plateau.state())
    assert other.state() == plateau.state()


@pytest.mark.parametrize(("schedule", "factor"), [("plateau", 1e-2), ("cosine", 1.0)])
def test_only_the_plateau_schedule_falls_on_a_plateau(schedule: str, factor: float) -> None:
    """A learning rate of nothing keeps the error where it is."""
    made = trainer(
        "band_unet", {**BAND, "conditional": False}, loss="waveform", schedule=schedule,
        epoch_steps=1, patience=1, learning_rate=1e-12, warmup_steps=1, hold=0.99, steps=100,
    )  # fmt: skip
    made.model.eval()
    made.model.train = lambda mode=True: made.model  # type: ignore[method-assign]
    rates = [made.train_step(batch(0))["rate"] for _ in range(6)]
    assert rates[0] == pytest.approx(1e-12, rel=1e-6, abs=0)
    assert rates[-1] == pytest.approx(1e-12 * factor, rel=1e-6, abs=0)

"""Epoch means and the plateau schedule."""

import pytest
import torch

from export.epochs import Epoch, Plateau


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

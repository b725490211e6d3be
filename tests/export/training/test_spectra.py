"""Spectra of labels from mixtures alone."""

from __future__ import annotations

import numpy as np
import torch

from export.training import spectra
from export.training.labelled import LabelledMixes
from tests.rigs.export.denoisers import HERTZ, Songs, core


def test_mean_powers_come_back_from_powers_that_scatter() -> None:
    rng = np.random.default_rng(2)
    true = np.array([[1.0, 1e-2, 0.0], [0.3, 0.5, 0.0], [1e-2, 2.0, 1e-4]])
    labels = (rng.random((800, 3)) < 0.7).astype(float)
    found = spectra.solved((labels @ true) * rng.gamma(4, 0.25, (800, 3)), labels)
    assert found.shape == (4, 3)
    big = true > 0.02
    np.testing.assert_allclose(found[:3][big], true[big], rtol=0.15)
    assert (found[:3][~big] < 0.05).all() and (found[:2, 2] < 1e-5).all()


def test_a_network_gets_them_from_labelled_mixes() -> None:
    network = core()
    spectra.measure(network, LabelledMixes(Songs(), 1), rows=60)
    powers = network.gains.spectra
    assert powers.shape == (6, 33) and (powers >= 0).all()
    for row, hertz in enumerate(HERTZ[2:], 2):
        place = round(hertz / 250)
        assert int(powers[row].argmax()) == place
        assert powers[row, place] > 10 * powers[:5, place].sum() - 10 * powers[row, place]
    torch.testing.assert_close(powers[5].sum() / 33, torch.tensor(0.018), atol=0.006, rtol=0)

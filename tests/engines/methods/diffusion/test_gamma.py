"""engines.methods.diffusion.gamma: how closely rows are tied."""

from __future__ import annotations

import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.gamma import INFINITE, MSDM_GAMMA, Gamma


def test_weights_are_those_of_the_gaussian_likelihood() -> None:
    assert Gamma("proportional", 0.5).weight(3.0) == Gamma("proportional", 0.5).weight(0.1) == 4.0
    assert Gamma("constant", 0.5).weight(3.0) == 36.0
    assert INFINITE.weight(3.0) == 0.0
    assert MSDM_GAMMA.weight(2.0) == pytest.approx(0.5 / 0.75**2)


@pytest.mark.parametrize(
    ("kind", "value"), [("linear", 1.0), ("constant", 0.0), ("constant", float("nan"))]
)
def test_gammas_that_cannot_be_are_refused(kind: str, value: float) -> None:
    with pytest.raises(SettingsError):
        Gamma(kind, value)

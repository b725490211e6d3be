"""engines.methods.diffusion.levels: geometric and Karras's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.levels import PUBLISHED, Levels


def test_geometric_levels_fall_by_one_ratio_and_end_at_0() -> None:
    values = Levels(5, 1.0, 1e-4).values
    np.testing.assert_allclose(values, [1, 0.1, 0.01, 0.001, 0.0001, 0], rtol=1e-12)


def test_karras_levels_are_his_equation_5() -> None:
    values = Levels(4, 80.0, 0.002, "karras").values
    expected = [(80 ** (1 / 7) + i / 3 * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7 for i in range(4)]
    np.testing.assert_allclose(values, [*expected, 0], rtol=1e-12)


def test_the_published_schedule() -> None:
    values = PUBLISHED.values
    assert len(values) == 151 and values[-1] == 0
    np.testing.assert_allclose(values[[0, 149]], [1.0, 1e-4])


def test_the_last_step_can_end_above_0() -> None:
    assert len(Levels(5, to_zero=False).values) == 5
    assert Levels(5, to_zero=False).values[-1] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 1},
        {"highest": 0.001},
        {"lowest": 0.0},
        {"highest": float("inf")},
        {"highest": float("nan")},
        {"spacing": "linear"},
        {"rho": 0.5},
        {"rho": float("nan")},
    ],
)
def test_levels_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        replace(Levels(), **changes)

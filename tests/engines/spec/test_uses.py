"""engines.spec.uses: presets have grids that can be used (more of them: test_spec.py)."""

from __future__ import annotations

import pytest

from engines.errors import SpecError
from engines.grid import Grid
from engines.spec import Preset, Schedule


def test_a_preset_is_a_grid_and_steps() -> None:
    assert Preset(512, 128, 96, 32).grid == Grid(512, 128, 96, 32)
    with pytest.raises(SpecError, match="preset: window_samples 100"):
        Preset(100, 128, 96, 32)
    with pytest.raises(SpecError, match="steps"):
        Preset(512, 128, 96, 32, 0)


def test_a_schedule_knows_its_words() -> None:
    with pytest.raises(SpecError, match="last, mean"):
        Schedule(estimate="first")

"""engines.methods.diffusion.labels: names as numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.labels import check_names, hot, union

NAMES = ("bass", "drums", "piano")


def test_rows_are_1_for_each_instrument() -> None:
    found = hot(NAMES, [("piano", "bass"), (), ("drums",)])
    np.testing.assert_array_equal(found, [[1, 0, 1], [0, 0, 0], [0, 1, 0]])
    assert found.dtype == np.float32


def test_a_union_is_in_the_order_of_the_model() -> None:
    assert union(NAMES, [("piano",), ("bass", "piano")]) == ("bass", "piano")


def test_an_unknown_instrument_is_answered_with_those_that_are_known() -> None:
    check_names(NAMES, [("bass", "piano")])
    with pytest.raises(SettingsError, match="oboe, tuba; expected of bass, drums, piano"):
        check_names(NAMES, [("tuba", "bass"), ("oboe",)])

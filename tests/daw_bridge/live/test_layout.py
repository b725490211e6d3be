"""live.layout: the rows stay, whatever stems a model has, and still sum to the mix."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.layout import Layout

NAMES = ("drums", "bass", "residual")


def test_the_same_outputs_are_passed_on_as_they_are() -> None:
    outputs = np.ones((3, 2, 4), np.float32)
    layout = Layout(NAMES, NAMES)
    assert layout.arrange(outputs) is outputs
    assert (layout.folded, layout.silent) == ((), ())


@given(st.permutations(["drums", "bass", "piano", "other", "residual"]))
def test_each_stem_is_in_its_row_and_the_rest_in_the_residual(outputs: list[str]) -> None:
    layout = Layout(("drums", "vocals", "residual"), tuple(outputs))
    values = {name: np.float32(2**k) for k, name in enumerate(sorted(outputs))}
    rows = layout.arrange(np.array([[[values[name]]] for name in outputs], np.float32))[:, 0, 0]
    assert set(layout.folded) == {"bass", "piano", "other"} and layout.silent == ("vocals",)
    assert rows[0] == values["drums"] and rows[1] == 0
    assert rows.sum() == sum(values.values())

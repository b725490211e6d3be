"""engines.layouts: every layout there and back, and one by one what lies where."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import GraphError
from engines.layouts import from_port, to_port
from engines.spec import Port
from engines.spec.ports import AXES

LENGTHS = {"B": 2, "S": 3, "C": 2, "ri": 2, "F": 5, "T": 4}


def numbered(axes: tuple[str, ...], lengths: dict[str, int] = LENGTHS) -> np.ndarray:
    shape = [lengths[axis] for axis in axes]
    return np.arange(prod(shape), dtype=np.float32).reshape(shape)


@st.composite
def layouts(draw: st.DrawFn) -> tuple[tuple[str, ...], str, dict[str, int]]:
    """The engine's axes, a layout of them in any order and any groups, and lengths.

    Some of the axes that are 1 long are left out.
    """
    axes = tuple(axis for axis in AXES if draw(st.booleans())) or ("T",)
    lengths = {axis: draw(st.integers(1, 4)) for axis in axes}
    kept = [axis for axis in axes if lengths[axis] > 1 or draw(st.booleans())] or [axes[-1]]
    order = draw(st.permutations(kept))
    words, at = [], 0
    while at < len(order):
        count = draw(st.integers(1, 3))
        group = order[at : at + count]
        words.append(group[0] if len(group) == 1 else f"({' '.join(group)})")
        at += count
    return axes, " ".join(words), lengths


@given(layouts())
def test_there_and_back(case: tuple[tuple[str, ...], str, dict[str, int]]) -> None:
    axes, layout, lengths = case
    port, audio = Port("spec", "x", layout), numbered(axes, lengths)
    there = to_port(audio, axes, port)
    assert there.ndim == len(port.groups) and there.flags.c_contiguous
    assert np.array_equal(from_port(there, axes, port, lengths), audio)


@pytest.mark.parametrize(
    ("axes", "layout", "wanted"),
    [
        ("B C ri F T", "B (C ri) F T", lambda b, s, c, ri, f, t: (b, 2 * c + ri, f, t)),
        ("B C ri F T", "(B C) F T ri", lambda b, s, c, ri, f, t: (2 * b + c, f, t, ri)),
        ("B C F T", "B C T F", lambda b, s, c, ri, f, t: (b, c, t, f)),
        ("B C F T", "C B T F", lambda b, s, c, ri, f, t: (c, b, t, f)),
        ("B S C ri F T", "B (S C ri) F T", lambda b, s, c, ri, f, t: (b, 4 * s + 2 * c + ri, f, t)),
        ("B S C ri F T", "(B S C) F T ri", lambda b, s, c, ri, f, t: (6 * b + 2 * s + c, f, t, ri)),
    ],
)
def test_every_value_lies_where_the_layout_says(axes, layout, wanted) -> None:  # type: ignore[no-untyped-def]
    names = tuple(axes.split())
    audio = numbered(names)
    there = to_port(audio, names, Port("spec", "x", layout))
    for place in np.ndindex(audio.shape):
        at = dict.fromkeys(AXES, 0) | dict(zip(names, place, strict=True))
        assert there[wanted(*(at[axis] for axis in AXES))] == audio[place]


def test_an_axis_that_is_left_out_comes_back_as_one() -> None:
    answer = numbered(("C", "F", "T"))
    lengths = LENGTHS | {"B": 1, "S": 1}
    found = from_port(answer, ("B", "S", "C", "F", "T"), Port("spec_stems", "y", "C F T"), lengths)
    assert found.shape == (1, 1, 2, 5, 4) and np.array_equal(found[0, 0], answer)


def test_the_usual_layout_costs_no_copy() -> None:
    audio, port = numbered(("B", "C", "T")), Port("mix", "mix", "B C T")
    assert to_port(audio, ("B", "C", "T"), port) is audio
    assert from_port(audio, ("B", "C", "T"), port, LENGTHS) is audio


def test_another_shape_is_refused_in_our_words() -> None:
    with pytest.raises(GraphError, match=r"y \(4, 5, 4\); expected \(2, 4, 5, 4\)"):
        from_port(
            np.zeros((4, 5, 4), np.float32), ("B", "C", "ri", "F", "T"),
            Port("spec_stems", "y", "B (C ri) F T"), LENGTHS,
        )  # fmt: skip

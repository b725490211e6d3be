"""engines.records: JSON values to frozen dataclasses and back, each value of its very type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import SpecError
from engines.records import decode, encode


@dataclass(frozen=True)
class Circle:
    kind: ClassVar[str] = "circle"
    radius: float


@dataclass(frozen=True)
class Square:
    kind: ClassVar[str] = "square"
    side: float = 1.0


@dataclass(frozen=True)
class Drawing:
    name: str
    shape: Circle | Square
    sizes: tuple[int, ...] = ()
    at: tuple[int, float] | None = None
    note: str | int | None = None


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DRAWINGS = st.builds(
    Drawing,
    st.text(),
    st.builds(Circle, FLOATS) | st.builds(Square, FLOATS),
    st.lists(st.integers()).map(tuple),
    st.none() | st.tuples(st.integers(), FLOATS),
    st.none() | st.text() | st.integers(),
)


@given(DRAWINGS)
def test_there_and_back(drawing: Drawing) -> None:
    assert decode(Drawing, encode(drawing), "drawing") == drawing


def test_an_integer_will_do_for_a_float_and_nothing_else_for_anything() -> None:
    assert decode(float, 3, "x") == 3.0 and isinstance(decode(float, 3, "x"), float)
    for hint, value in ((int, 3.0), (int, True), (float, True), (str, 3), (bool, 1), (float, "3")):
        with pytest.raises(SpecError, match="x is"):
            decode(hint, value, "x")


GOOD = {"name": "n", "shape": {"kind": "circle", "radius": 1}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": None}, "drawing.name is None"),
        ({"shape": {"kind": "star"}}, "drawing.shape.kind is 'star'; expected one of 'circle'"),
        ({"shape": {"kind": "circle"}}, "drawing.shape is 'no radius'"),
        ({"shape": {"kind": "circle", "radius": "1"}}, "drawing.shape.radius is '1'"),
        ({"shape": 3}, "drawing.shape is 3"),
        ({"sizes": [1, "2"]}, r"drawing.sizes\[1\] is '2'"),
        ({"sizes": "12"}, "drawing.sizes is '12'; expected a list"),
        ({"at": [1]}, r"drawing.at is \[1\]; expected a list of 2"),
        ({"note": 1.5}, "drawing.note is 1.5"),
        ({"colour": "red"}, r"drawing is \['colour'\]; expected only the fields name"),
    ],
)
def test_the_path_of_what_is_wrong_is_said(changes: dict[str, object], said: str) -> None:
    assert decode(Drawing, GOOD, "drawing").shape == Circle(1.0)
    with pytest.raises(SpecError, match=said):
        decode(Drawing, GOOD | changes, "drawing")


def test_long_values_are_cut_short() -> None:
    with pytest.raises(SpecError) as caught:
        decode(int, "x" * 1000, "size")
    assert len(caught.value.seen) < 100


def test_a_number_beyond_all_floats_is_an_error_of_the_description() -> None:
    with pytest.raises(SpecError, match="usual size"):
        decode(float, int("9" * 400), "spec.scale")

"""Values by name, by alias, as their types."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from daw_bridge.settings.values import Valued, Values, changed


@dataclass(frozen=True)
class Some(Valued):
    values: Values


def test_values_are_read_by_name_and_by_alias() -> None:
    some = Some((("refine/steps", 4), ("model", "song"), ("load/target", 0.5)))
    assert some.value("refine/steps") == some.integer("gibbs/steps") == 4
    assert some.text("model") == "song" and some.number("load/target") == 0.5
    assert isinstance(some.number("refine/steps"), float)
    with pytest.raises(KeyError):
        some.value("refine/seed")


def test_changed_values_replace_and_add() -> None:
    values = (("a", 1), ("b", 2))
    assert changed(values, {"b": 3, "c": 4}) == (("a", 1), ("b", 3), ("c", 4))
    assert changed(values, {}) == values

"""Values: what was asked for, by the table's names."""

from __future__ import annotations

from collections.abc import Mapping

from daw_bridge.settings.parameters import Value, table_name

Values = tuple[tuple[str, Value], ...]


class Valued:
    """Reads `values`, checked when they were taken, as the type that the table gives them."""

    values: Values | Mapping[str, Value]

    def value(self, name: str) -> Value:
        """The value of the parameter that is called so in the table, or by an alias."""
        values = self.values if isinstance(self.values, Mapping) else dict(self.values)
        return values[table_name(name)]

    def text(self, name: str) -> str:
        """A value that is a text."""
        return str(self.value(name))

    def integer(self, name: str) -> int:
        """A value that is an integer."""
        return int(self.value(name))

    def number(self, name: str) -> float:
        """A value that is a number."""
        return float(self.value(name))


def changed(values: Values, changes: Mapping[str, Value]) -> Values:
    """The values with others in their place."""
    return tuple({**dict(values), **changes}.items())

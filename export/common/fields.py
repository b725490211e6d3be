"""Plain values of a file against the fields of a dataclass."""

from __future__ import annotations

import dataclasses
from typing import Any

#: What a field expects, by the type of its default.
EXPECTED = {
    bool: "true or false", int: "a whole number", float: "a number", str: "text", tuple: "a list",
}  # fmt: skip


def misfit(made: type, values: dict[str, Any]) -> str:
    """What is wrong with `values` as fields of the dataclass `made`; nothing: "".

    A value is of its default's kind (whole numbers are numbers, lists are tuples), and not negative
    where the default is not. Fields without a default are not looked at.
    """
    fields: dict[str, Any] = {item.name: item.default for item in dataclasses.fields(made)}
    if unknown := sorted(set(values) - set(fields)):
        return f"no {', '.join(unknown)}; there are {', '.join(fields)}"
    for name, value in values.items():
        default = fields[name]
        if type(default) not in EXPECTED:
            continue
        if not _alike(value, default):
            return f"{name} is {value!r}, expected {EXPECTED[type(default)]}"
        if type(default) in (int, float) and value < 0 <= default:
            return f"{name} is {value!r}, expected at least 0"
    return ""


def _alike(value: Any, default: Any) -> bool:
    kinds = {float: (int, float), tuple: (list, tuple)}.get(type(default), (type(default),))
    return type(value) in kinds

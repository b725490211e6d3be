"""What the records of the protocol say of their fields, for the reference page.

A docstring begins with what the message is; then a line for each field: `name: what it is.`, with
what follows indented. Types, limits and defaults are the dataclass's own.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from daw_bridge.settings.parameters import Value
from daw_bridge.wire.records import INT64_MAX, Between, OneOf

UNITS = {
    "hz": "Hz", "samples": "samples", "bytes": "bytes", "ms": "ms", "us": "µs", "db": "dB",
    "s": "s",
}  # fmt: skip
"""The last word of a field's name -> its unit; `start_sample` is in samples, too."""

_ENTRY = re.compile(r"(\w+): (.+)")


@dataclass(frozen=True)
class FieldText:
    """One field: its type and limits, its unit ("" for none), its default as JSON, what it is.

    `default` None: it must be there. `record`: the dataclass that it, or each of it, is.
    """

    name: str
    kind: str
    unit: str
    default: str | None
    text: str
    record: type | None = None


def summary(record: type) -> str:
    """What the message is: the docstring before its fields, one line a paragraph."""
    return parts_of(record)[0]


def described(record: Any) -> tuple[FieldText, ...]:
    """The record's fields in order. Raises KeyError for one that the docstring leaves out."""
    hints = get_type_hints(record, include_extras=True)
    _, texts = parts_of(record)
    return tuple(
        FieldText(
            one.name,
            kind_of(hints[one.name]),
            unit_of(one.name),
            _default(one, hints[one.name]),
            texts[one.name],
            _record_in(hints[one.name]),
        )
        for one in dataclasses.fields(record)
    )


def parts_of(record: type) -> tuple[str, Mapping[str, str]]:
    """The docstring before its fields, and what it says of each."""
    names = {one.name for one in dataclasses.fields(record)}
    before: list[str] = []
    texts: dict[str, str] = {}
    last = ""
    for line in inspect.cleandoc(record.__doc__ or "").splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry and entry[1] in names:
            last = entry[1]
            texts[last] = entry[2]
        elif last and line.startswith(" "):
            texts[last] += " " + line.strip()
        else:
            before.append(line)
    paragraphs = "\n".join(before).strip().split("\n\n")
    return "\n\n".join(one.replace("\n", " ") for one in paragraphs), texts


def unit_of(name: str) -> str:
    """The unit that a field's name states."""
    if name == "start_sample":
        return "samples"
    return UNITS.get(name.rpartition("_")[2], "") if "_" in name else ""


def kind_of(hint: Any) -> str:
    """A type and its limits in words."""
    if get_origin(hint) is Annotated:
        kind, *rules = get_args(hint)
        return _limited(rules[0]) if rules else kind_of(kind)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if get_origin(item) is tuple:
            return f"object: {_many(get_args(item)[1])} by name"
        return f"list of {_many(item)}"
    return "object" if dataclasses.is_dataclass(hint) else _NAMES.get(hint, "bytes")


def _limited(rule: object) -> str:
    if isinstance(rule, OneOf):
        return " or ".join(f'`"{one}"`' for one in rule.choices)
    assert isinstance(rule, Between)
    if rule.low <= -INT64_MAX:
        return "integer"
    if rule.high >= INT64_MAX // 2:
        return f"integer from {rule.low}"
    return f"integer {rule.low} to {rule.high}"


_NAMES: dict[Any, str] = {
    int: "integer from 0", float: "number", bool: "true or false", str: "text",
    Value: "text or number",
}  # fmt: skip


def _many(item: Any) -> str:
    if dataclasses.is_dataclass(item):
        return "objects"
    if get_origin(item) is Annotated:
        item = get_args(item)[0]
    return {str: "texts", int: "integers", Value: "texts or numbers"}[item]


def _record_in(hint: Any) -> type | None:
    item = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return item if isinstance(item, type) and dataclasses.is_dataclass(item) else None


def _default(one: dataclasses.Field[Any], hint: Any) -> str | None:
    if one.default is dataclasses.MISSING:
        return None
    if one.default == ():
        return "{}" if kind_of(hint).startswith("object") else "[]"
    return json.dumps(one.default)

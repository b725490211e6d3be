"""JSON values to frozen dataclasses and back, strictly typed. Units: none.

Raises SpecError that names the path of the offending value.
"""

from __future__ import annotations

import dataclasses
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from engines.errors import SpecError


def encode(value: Any) -> Any:
    """A (nested) dataclass as plain JSON values; one with a `kind` says so."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value)]
        record = {name: encode(getattr(value, name)) for name in names}
        kind = getattr(type(value), "kind", None)
        return record if kind is None else {"kind": kind, **record}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value


def decode(hint: Any, value: Any, path: str) -> Any:
    """The JSON value as type `hint`. Raises SpecError where it is not of that type."""
    if dataclasses.is_dataclass(hint):
        return _decode_record(hint, value, path)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(hint), value, path)
    if origin is tuple:
        return _decode_tuple(get_args(hint), value, path)
    return _decode_scalar(hint, value, path)


def _decode_scalar(hint: Any, value: Any, path: str) -> Any:
    if hint is float and type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise _wrong(path, value, "a number of usual size") from None
    if type(value) is not hint:
        raise _wrong(path, value, getattr(hint, "__name__", str(hint)))
    return value


def _decode_tuple(items: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _wrong(path, value, "a list")
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(decode(items[0], item, f"{path}[{i}]") for i, item in enumerate(value))
    if len(items) != len(value):
        raise _wrong(path, value, f"a list of {len(items)}")
    pairs = zip(items, value, strict=True)
    return tuple(decode(hint, item, f"{path}[{i}]") for i, (hint, item) in enumerate(pairs))


def _decode_union(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    if value is None and type(None) in choices:
        return None
    rest = [choice for choice in choices if choice is not type(None)]
    if len(rest) == 1:
        return decode(rest[0], value, path)
    records = [choice for choice in rest if dataclasses.is_dataclass(choice)]
    if isinstance(value, dict) and records:
        for choice in records:
            if getattr(choice, "kind", None) == value.get("kind"):
                return _decode_record(choice, value, path)
        raise _wrong(f"{path}.kind", value.get("kind"), _kinds(records))
    for choice in rest:
        if type(value) is choice:
            return value
    raise _wrong(path, value, " or ".join(getattr(c, "__name__", str(c)) for c in choices))


def _kinds(choices: list[Any]) -> str:
    return "one of " + ", ".join(repr(getattr(choice, "kind", None)) for choice in choices)


def _decode_record(record: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(path, value, "an object")
    hints = get_type_hints(record)
    fields = {f.name: f for f in dataclasses.fields(record)}
    unknown = sorted(set(value) - set(fields) - ({"kind"} if hasattr(record, "kind") else set()))
    if unknown:
        raise _wrong(path, unknown, "only the fields " + ", ".join(fields))
    given = {
        name: decode(hints[name], value[name], f"{path}.{name}") for name in fields if name in value
    }
    missing = [n for n, f in fields.items() if n not in given and _required(f)]
    if missing:
        raise _wrong(path, f"no {', '.join(missing)}", "every field without a default")
    return record(**given)


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _wrong(path: str, value: Any, expected: str) -> SpecError:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return SpecError(f"{path} is {shown}", expected, "export the model again")

"""JSON objects <-> frozen dataclasses, strictly typed. No units.

A field's type says what it takes: `int` 0 to 2^63 - 1, or what `Between` allows; `float` any
number; `str` any text, or what `OneOf` allows; `tuple[T, ...]` a list; pairs (`Values`) an object
of texts and numbers; another dataclass an object. A field with a default may be left out.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from daw_bridge.settings.parameters import Value
from daw_bridge.wire.refusals import bad, shown

MAX_HEADER_BYTES = 65536
MAX_ITEMS = 256
"""Most texts and numbers in a list or an object of a header."""

INT64_MAX = 2**63 - 1
_LARGEST = sys.float_info.max

R = TypeVar("R")
Reader = Callable[[str, object, str], Any]
"""(field's name, its value, what it is in) -> the value as the field's type. Raises BadMessage."""


@dataclass(frozen=True)
class Between:
    """Limits of an integer: `Annotated[int, Between(1, 64)]`."""

    low: int
    high: int


@dataclass(frozen=True)
class OneOf:
    """The texts that will do: `Annotated[str, OneOf(("sync", "live"))]`."""

    choices: tuple[str, ...]


def parse_object(data: bytes) -> dict[str, object]:
    """The JSON object in `data`. Raises BadMessage."""
    if len(data) > MAX_HEADER_BYTES:
        raise bad(f"a header of {len(data)} bytes", f"at most {MAX_HEADER_BYTES}")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise bad(f"a header that is not JSON ({error})", "a JSON object in UTF-8") from error
    if not isinstance(value, dict):
        raise bad(f"a header that is {shown(value)}", "a JSON object")
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def decode(record: type[R], given: Mapping[str, object], what: str, *, strict: bool = True) -> R:
    """The object as this record; `what` names it in errors. Raises BadMessage naming the field.

    strict False: fields that the record does not have are left alone.
    """
    schema = _schema(record)
    readers = schema.readers
    found = [(name, value) for name, value in given.items() if name in readers]
    values = {name: readers[name](name, value, what) for name, value in found}
    for name in schema.required:
        if name not in values:
            raise bad(f"{what} without {name}", f"the field {name}")
    if strict and len(found) < len(given):
        extra = ", ".join([shown(name) for name in given if name not in readers][:5])
        fields = ", ".join(readers) or "(none)"
        raise bad(f"{what} with {extra}", f"only the fields {fields}")
    return record(**values)


def encode(record: Any) -> dict[str, object]:
    """The record as JSON values, nested ones too; pairs as an object."""
    values: dict[str, object] = dataclasses.asdict(record)
    return values | {name: dict(getattr(record, name)) for name in _schema(type(record)).pairs}


@dataclass(frozen=True)
class _Schema:
    """How a record's fields are read; which must be there, and which are pairs."""

    readers: dict[str, Reader]
    required: tuple[str, ...]
    pairs: tuple[str, ...]


def _schema_of(record: Any) -> _Schema:
    hints = get_type_hints(record, include_extras=True)
    fields = dataclasses.fields(record)
    return _Schema(
        {one.name: _reader(hints[one.name]) for one in fields},
        tuple(one.name for one in fields if one.default is dataclasses.MISSING),
        tuple(one.name for one in fields if _is_pairs(hints[one.name])),
    )


_schema: Callable[[type], _Schema] = cache(_schema_of)


def _is_pairs(hint: Any) -> bool:
    return get_origin(hint) is tuple and get_origin(get_args(hint)[0]) is tuple


def _reader(hint: Any) -> Reader:
    """Reads values of this type."""
    if get_origin(hint) is Annotated:
        kind, rule = get_args(hint)
        return partial(_one_of, rule) if kind is str else partial(_integer, rule)
    if _is_pairs(hint):
        return partial(_object, _reader(get_args(get_args(hint)[0])[1]))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        most = MAX_HEADER_BYTES if dataclasses.is_dataclass(item) else MAX_ITEMS
        return partial(_list, _reader(item), most)
    if dataclasses.is_dataclass(hint):
        return partial(_record, hint)
    return _SIMPLE[hint]


def _wrong(name: str, value: object, what: str, expected: str) -> Exception:
    return bad(f"{name} {shown(value)} in {what}", expected)


def _integer(rule: Between, name: str, value: object, what: str) -> int:
    if type(value) is not int or not rule.low <= value <= rule.high:
        raise _wrong(name, value, what, f"an integer {rule.low} to {rule.high}")
    return value


def _number(name: str, value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        raise _wrong(name, value, what, "a number")
    return float(value)


def _flag(name: str, value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, value, what, "true or false")
    return value


def _text(name: str, value: object, what: str) -> str:
    if not isinstance(value, str):
        raise _wrong(name, value, what, "text")
    return value


def _one_of(rule: OneOf, name: str, value: object, what: str) -> str:
    if not isinstance(value, str) or value not in rule.choices:
        raise _wrong(name, value, what, "one of " + ", ".join(rule.choices))
    return value


def _value(name: str, value: object, what: str) -> Value:
    if not isinstance(value, int | float | str):
        raise _wrong(name, value, what, "a text or a number")
    return int(value) if isinstance(value, bool) else value


def _list(item: Reader, most: int, name: str, value: object, what: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > most:
        raise _wrong(name, value, what, f"a list of up to {most}")
    return tuple([item(f"{name}[{index}]", one, what) for index, one in enumerate(value)])


def _object(item: Reader, name: str, value: object, what: str) -> tuple[tuple[str, Any], ...]:
    if not isinstance(value, dict) or len(value) > MAX_ITEMS:
        raise _wrong(name, value, what, f"an object of up to {MAX_ITEMS} texts and numbers")
    return tuple([(key, item(key, one, what)) for key, one in value.items()])


def _record(record: Any, name: str, value: object, what: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(name, value, what, "an object")
    return decode(record, value, name, strict=False)


_SIMPLE: dict[Any, Reader] = {
    int: partial(_integer, Between(0, INT64_MAX)),
    float: _number,
    bool: _flag,
    str: _text,
    Value: _value,
}

"""A JSON object's fields, read one by one as the types they should have."""

from __future__ import annotations

import json
from collections.abc import Sequence

from daw_bridge.errors import BadMessage
from daw_bridge.settings.parameters import Value

MAX_HEADER_BYTES = 65536
MAX_NAMES = 256
_MAX_SHOWN = 60
INT64_MAX = 2**63 - 1


def bad(seen: str, expected: str) -> BadMessage:
    """A BadMessage that points to the protocol's description."""
    return BadMessage(seen, expected, "See docs/reference/zeromq.md.")


def shown(value: object) -> str:
    """A value from outside, short enough for a message."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."


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


class Fields:
    """The fields of one header. Each is read once; `finish` refuses those nobody read.

    A field without `default` must be there. Raises BadMessage naming the field.
    """

    def __init__(self, header: dict[str, object], what: str) -> None:
        self._left, self._what = dict(header), what
        self._names: list[str] = []

    def _take(self, name: str, default: object) -> object:
        self._names.append(name)
        if name not in self._left and default is None:
            raise bad(f"{self._what} without {name}", f"the field {name}")
        return self._left.pop(name, default)

    def integer(
        self, name: str, low: int = 0, high: int = INT64_MAX, default: int | None = None
    ) -> int:
        """An integer from low to high."""
        value = self._take(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise bad(f"{name} {shown(value)} in {self._what}", f"an integer {low} to {high}")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """An integer or fraction."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad(f"{name} {shown(value)} in {self._what}", "a number")
        return float(value)

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise bad(f"{name} {shown(value)} in {self._what}", "true or false")
        return value

    def text(
        self, name: str, default: str | None = None, choices: Sequence[str] | None = None
    ) -> str:
        """Text, one of `choices` where given."""
        value = self._take(name, default)
        if not isinstance(value, str) or (choices is not None and value not in choices):
            expected = "text" if choices is None else "one of " + ", ".join(choices)
            raise bad(f"{name} {shown(value)} in {self._what}", expected)
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(name, default)
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list) or len(value) > MAX_NAMES:
            raise bad(f"{name} {shown(value)} in {self._what}", f"a list of up to {MAX_NAMES}")
        if any(not isinstance(one, str) for one in value):
            raise bad(f"{name} {shown(value)} in {self._what}", "a list of texts")
        return tuple(value)

    def integers(self, name: str) -> tuple[int, ...]:
        """A list of integers, 0 to 2^63 - 1."""
        value = self._take(name, None)
        if not isinstance(value, list) or len(value) > MAX_NAMES:
            raise bad(f"{name} {shown(value)} in {self._what}", "a list of integers")
        for one in value:
            if type(one) is not int or not 0 <= one <= INT64_MAX:
                raise bad(f"{name} {shown(value)} in {self._what}", "a list of integers from 0")
        return tuple(value)

    def values(self, name: str) -> tuple[tuple[str, Value], ...]:
        """An object of texts and numbers; () where the field is missing."""
        value = self._take(name, {})
        if not isinstance(value, dict) or len(value) > MAX_NAMES:
            raise bad(f"{name} {shown(value)} in {self._what}", "an object of texts and numbers")
        return tuple((key, self._value(key, one)) for key, one in value.items())

    def objects(self, name: str) -> list[Fields]:
        """A list of objects."""
        value = self._take(name, None)
        if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
            raise bad(f"{name} {shown(value)} in {self._what}", "a list of objects")
        return [Fields(one, name) for one in value]

    def record(self, name: str) -> Fields:
        """An object."""
        value = self._take(name, None)
        if not isinstance(value, dict):
            raise bad(f"{name} {shown(value)} in {self._what}", "an object")
        return Fields(value, name)

    def _value(self, key: str, value: object) -> Value:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int | float | str):
            return value
        raise bad(f"{key} {shown(value)} in {self._what}", "a text or a number")

    def finish(self) -> None:
        """Refuse fields that the message does not have."""
        if self._left:
            extra = ", ".join(shown(name) for name in list(self._left)[:5])
            has = ", ".join(dict.fromkeys(self._names))
            raise bad(f"{self._what} with {extra}", f"only the fields {has}")

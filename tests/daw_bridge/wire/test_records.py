"""wire.records: a field's type is what it takes, and what it does not take is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.settings.values import Values
from daw_bridge.wire.records import INT64_MAX, MAX_ITEMS, Between, OneOf, decode, encode


@dataclass(frozen=True)
class Inner:
    name: str
    level_db: float = 0.0


@dataclass(frozen=True)
class Whole:
    count: int
    channels: Annotated[int, Between(1, 8)]
    inner: Inner
    mode: Annotated[str, OneOf(("sync", "live"))] = "sync"
    on: bool = False
    names: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    values: Values = ()
    items: tuple[Inner, ...] = ()


LEAST: dict[str, object] = {"count": 3, "channels": 2, "inner": {"name": "drums"}}
FULL: dict[str, object] = {
    "count": 3, "channels": 2, "inner": {"name": "drums", "level_db": -3}, "mode": "live",
    "on": True, "names": ["a", "b"], "shape": [2, 256],
    "values": {"model": "song", "steps": 4, "gain": -6.5, "bypass": True},
    "items": [{"name": "bass", "level_db": 1.5}],
}  # fmt: skip


def test_what_is_left_out_has_its_default() -> None:
    assert decode(Whole, LEAST, "test") == Whole(3, 2, Inner("drums"))


def test_every_kind_of_field_is_read_and_written() -> None:
    found = decode(Whole, FULL, "test")
    assert found == Whole(
        3, 2, Inner("drums", -3.0), "live", True, ("a", "b"), (2, 256),
        (("model", "song"), ("steps", 4), ("gain", -6.5), ("bypass", 1)), (Inner("bass", 1.5),),
    )  # fmt: skip
    assert isinstance(found.inner.level_db, float) and type(found.values[3][1]) is int
    written = encode(found)
    assert written["values"] == {"model": "song", "steps": 4, "gain": -6.5, "bypass": 1}
    assert written["inner"] == {"name": "drums", "level_db": -3.0}
    assert list(written) == list(Whole.__dataclass_fields__)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"count": -1}, f"count -1 in test; expected an integer 0 to {INT64_MAX}"),
        ({"count": 2**63}, "count 9223372036854775808 in test"),
        ({"count": True}, "count True in test"),
        ({"count": 3.0}, "count 3.0 in test"),
        ({"count": None}, "count None in test"),
        ({"channels": 9}, "channels 9 in test; expected an integer 1 to 8"),
        ({"mode": "fast"}, "mode 'fast' in test; expected one of sync, live"),
        ({"mode": []}, r"mode \[\] in test; expected one of sync, live"),
        ({"on": 1}, "on 1 in test; expected true or false"),
        ({"names": "a"}, "names 'a' in test; expected a list of up to 256"),
        ({"names": ["a", 3]}, r"names\[1\] 3 in test; expected text"),
        ({"names": ["a"] * (MAX_ITEMS + 1)}, "expected a list of up to 256"),
        ({"shape": [2, -1]}, r"shape\[1\] -1 in test; expected an integer 0"),
        ({"values": []}, r"values \[\] in test; expected an object of up to 256"),
        ({"values": {"model": None}}, "model None in test; expected a text or a number"),
        ({"inner": "drums"}, "inner 'drums' in test; expected an object"),
        ({"inner": {}}, "inner without name; expected the field name"),
        ({"inner": {"name": "a", "level_db": "loud"}}, "level_db 'loud' in inner; .* a number"),
        ({"inner": {"name": "a", "level_db": 10**400}}, "level_db 1000.* in inner; .* a number"),
        ({"items": [{"name": "a"}, 3]}, r"items\[1\] 3 in test; expected an object"),
        ({"items": [{"level_db": 1}]}, r"items\[0\] without name"),
        ({"extra": 1, "more": 2}, "test with 'extra', 'more'; expected only the fields count, "),
    ],
)
def test_what_a_field_does_not_take_is_named(changes: dict[str, object], why: str) -> None:
    with pytest.raises(BadMessage, match=why):
        decode(Whole, LEAST | changes, "test")


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadMessage, match="test without channels; expected the field channels"):
        decode(Whole, {"count": 3, "inner": {"name": "drums"}}, "test")


def test_a_longer_list_of_records_and_unknown_fields_are_a_later_servers() -> None:
    many = [{"name": "a", "later": 1}] * (MAX_ITEMS + 1)
    found = decode(Whole, LEAST | {"items": many, "later": 1}, "test", strict=False)
    assert len(found.items) == MAX_ITEMS + 1


@dataclass(frozen=True)
class Odd:
    inner: Inner | None


def test_a_type_that_headers_do_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        decode(Odd, {"inner": None}, "test")

"""What the records say of their fields: a field that nothing is said of fails here."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, fields
from typing import Annotated, get_args

import pytest

from daw_bridge.settings.values import Values
from daw_bridge.wire.described import described, kind_of, summary, unit_of
from daw_bridge.wire.records import Between, OneOf
from daw_bridge.wire.replies import ClientEntry, Level, Limits, ModelEntry, Reply
from daw_bridge.wire.requests import Request
from daw_bridge.wire.zmq_audio import BlockHeader, ReplyHeader
from daw_bridge.wire.zmq_requests import Envelope

RECORDS = (
    *get_args(Request), *get_args(Reply), Envelope, BlockHeader, ReplyHeader, Limits, Level,
    ModelEntry, ClientEntry,
)  # fmt: skip


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_described(record: type) -> None:
    assert re.match(r"(?s)[A-Z].+[.?]$", summary(record))
    found = described(record)
    assert [one.name for one in found] == [one.name for one in fields(record)]
    for one in found:
        assert one.text.endswith(".") and len(one.text) > 4 and one.kind, one


@pytest.mark.parametrize("record", RECORDS)
def test_nothing_else_is_described(record: type) -> None:
    """As of a field that is gone, or misspelt."""
    entries = re.findall(r"^([a-z_0-9]+): ", inspect.cleandoc(record.__doc__ or ""), re.MULTILINE)
    assert set(entries) == {one.name for one in fields(record)}


def test_a_field_that_is_left_out() -> None:
    @dataclass
    class Half:
        """Half of it.

        one: said.
        """

        one: int
        two: int

    with pytest.raises(KeyError, match="two"):
        described(Half)


@dataclass
class Whole:
    """First line,
    and its second.

    Another paragraph.

    size_bytes: in one line,
        and the next.
    mode: which.
    values: by name.
    """

    size_bytes: Annotated[int, Between(1, 9)]
    mode: Annotated[str, OneOf(("a", "b"))] = "a"
    values: Values = ()


def test_lines_are_joined_and_types_are_the_dataclass_own() -> None:
    assert summary(Whole) == "First line, and its second.\n\nAnother paragraph."
    size, mode, values = described(Whole)
    assert (size.kind, size.unit, size.default) == ("integer 1 to 9", "bytes", None)
    assert size.text == "in one line, and the next."
    assert (mode.kind, mode.unit, mode.default) == ('`"a"` or `"b"`', "", '"a"')
    assert (values.kind, values.default) == ("object: texts or numbers by name", "{}")


@pytest.mark.parametrize(
    ("name", "unit"),
    [("rate_hz", "Hz"), ("start_sample", "samples"), ("peak_db", "dB"), ("callback_max_us", "µs"),
     ("eta_s", "s"), ("stems", ""), ("s", ""), ("values", "")],
)  # fmt: skip
def test_units_are_in_the_names(name: str, unit: str) -> None:
    assert unit_of(name) == unit


@pytest.mark.parametrize(
    ("hint", "kind"),
    [(int, "integer from 0"), (float, "number"), (bool, "true or false"), (str, "text"),
     (tuple[str, ...], "list of texts"), (tuple[int, ...], "list of integers"),
     (tuple[Level, ...], "list of objects"), (Limits, "object"),
     (Annotated[int, Between(-(2**63) + 1, 2**63 - 1)], "integer"),
     (Annotated[int, Between(1, 2**63 - 1)], "integer from 1")],
)  # fmt: skip
def test_types_in_words(hint: object, kind: str) -> None:
    assert kind_of(hint) == kind

"""daw_bridge.files.generated.options: the table, and how its texts are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.files.generated.options import (
    GENERATE_GROUPS,
    GENERATE_PARAMETERS,
    generate_groups,
    generate_parameter,
    parse_given,
    parse_rows,
)


def test_every_option_by_name_by_key_and_by_flag() -> None:
    for one in GENERATE_PARAMETERS:
        assert one.cli_flag is not None
        for name in (*one.names, *one.keys, *(flag.lstrip("-") for flag in one.flags)):
            assert generate_parameter(name) is one
    with pytest.raises(UnknownParameter, match="generate --help"):
        generate_parameter("known")


def test_every_option_is_in_one_group_of_the_help() -> None:
    names = [name for _, group in GENERATE_GROUPS for name in group]
    assert sorted(names) == sorted(one.name for one in GENERATE_PARAMETERS)
    assert [one.name for _, rows in generate_groups() for one in rows] == names


def test_no_format_holds_all_stems_in_one_file() -> None:
    assert "stem.mp4" not in generate_parameter("format").choices


def test_rows() -> None:
    assert parse_rows("") == ()
    assert parse_rows(" Bass+drums, piano,") == (("bass", "drums"), ("piano",))
    assert parse_given("Bass + drums=a+b.wav") == (("bass", "drums"), Path("a+b.wav"))


@pytest.mark.parametrize("text", ["drums", "drums=", "=a.wav", "drums=@band"])
def test_a_given_stem_is_a_name_and_a_file(text: str) -> None:
    with pytest.raises(BadValue, match=r"drums=drums\.wav"):
        parse_given(text)

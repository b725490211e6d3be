"""The table of a job's options, and how their texts are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue, BridgeError
from daw_bridge.files.options import (
    JOB_GROUPS,
    JOB_PARAMETERS,
    job_groups,
    job_parameter,
    parse_known,
    parse_pairs,
)


def test_every_option_by_name_by_key_and_by_flag() -> None:
    for one in JOB_PARAMETERS:
        assert one.cli_flag is not None
        for name in (*one.names, *one.keys, *(flag.lstrip("-") for flag in one.flags)):
            assert job_parameter(name) is one
    assert job_parameter("gibbs") is job_parameter("gibbs/steps") is job_parameter("steps")


@pytest.mark.parametrize("text", ["1-2-3", "1,1", "2", "0-1", "1-3", "1--2", "a"])
def test_pairs_name_every_channel_once(text: str) -> None:
    with pytest.raises(BadValue, match="exactly once"):
        parse_pairs(text)


@given(st.permutations(list(range(1, 9))), st.lists(st.booleans(), min_size=8, max_size=8))
def test_pairs_in_any_order(channels: list[int], single: list[bool]) -> None:
    groups, rest = [], list(channels)
    for alone in single:
        if rest:
            take = 1 if alone else 2
            groups.append(rest[:take])
            rest = rest[take:]
    groups += [[one] for one in rest]
    text = ",".join("-".join(map(str, group)) for group in groups)
    assert parse_pairs(text) == tuple(tuple(n - 1 for n in group) for group in groups)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_pairs, parse_known):
        try:
            parse(text)
        except BridgeError as error:
            assert error.code == "bad_value"


def test_every_option_is_in_one_group_of_the_help() -> None:
    names = [name for _, group in JOB_GROUPS for name in group]
    assert sorted(names) == sorted(one.name for one in JOB_PARAMETERS)
    assert [one.name for _, rows in job_groups() for one in rows] == names
